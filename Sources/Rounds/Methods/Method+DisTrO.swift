import Encodings

extension Method {
    /// DeMo with one bit a coefficient, and the gradient taken where the residual leads.
    ///
    /// The settings are those of Consilience-40B.
    static let distro = Method(
        "distro", summary: "each step the signs of the momentum's largest 0.1 % of coefficients",
        source: "Nous Research, DisTrO, 2024, as in github.com/PsycheFoundation/psyche",
        sections: [
            "optimizer": [
                "name": "gradient", "times_rate": true, "look_ahead": true, "gradient_clip": 1,
            ],
            "round": ["steps": 1, "segment_steps": 1],
            "codec": [
                "name": "chunked-top-k v1", "transform": "cosine", "chunk": 4096, "keep": 4,
                "values": "unit-sign", "error_feedback": .number("0.995"), "feedback": "exact",
            ],
            "merge": ["rule": "mean v1", "over": "senders"],
            "outer": ["name": "sign", "weight_decay": .number("0.1")],
        ])
}

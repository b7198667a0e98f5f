import Encodings

extension Method {
    /// The fast parts of each worker's momentum every step, and a step along their signs.
    static let demo = Method(
        "demo", summary: "each step the largest 0.8 % of the momentum's cosine coefficients",
        source: "B. Peng and others, DeMo, 2024 (arXiv 2411.19870)",
        sections: [
            "optimizer": ["name": "gradient", "times_rate": true, "gradient_clip": 1],
            "round": ["steps": 1, "segment_steps": 1],
            "codec": [
                "name": "chunked-top-k v1", "transform": "cosine", "chunk": 4096, "keep": 32,
                "values": "float32", "error_feedback": .number("0.999"),
            ],
            "merge": ["rule": "mean v1", "over": "senders"],
            "outer": ["name": "sign", "weight_decay": 0],
        ])
}

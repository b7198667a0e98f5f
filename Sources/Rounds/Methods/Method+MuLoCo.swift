import Encodings

extension Method {
    /// DiLoCo with Muon inside.
    ///
    /// The outer momentum is that published for one worker; the rate of AdamW is 3·10⁻⁴ where
    /// Muon's is 0.02.
    static let muloco = Method(
        "muloco", summary: "30 local steps of Muon, outer Nesterov momentum",
        source: "B. Thérien and others, MuLoCo, 2025 (arXiv 2505.23725)",
        sections: [
            "optimizer": [
                "name": "muon", "momentum": .number("0.95"), "weight_decay": .number("0.1"),
                "beta1": .number("0.9"), "beta2": .number("0.95"), "epsilon": .number("1.0e-8"),
                "adamw_weight_decay": .number("0.1"), "adamw_rate": .number("0.015"),
                "gradient_clip": 1,
            ],
            "round": ["steps": 30],
            "codec": dense,
            "merge": ["rule": "weighted-mean v1"],
            "outer": ["name": "nesterov", "rate": .number("0.7"), "momentum": .number("0.6")],
        ])
}

import Encodings

extension Method {
    /// Many local steps, then Nesterov momentum on the mean of what they come to.
    static let diloco = Method(
        "diloco", summary: "500 local steps of AdamW, outer Nesterov momentum",
        source: "A. Douillard and others, DiLoCo, 2023 (arXiv 2311.08105)",
        sections: [
            "optimizer": innerAdamW,
            "round": ["steps": 500],
            "codec": dense,
            "merge": ["rule": "weighted-mean v1"],
            "outer": ["name": "nesterov", "rate": .number("0.7"), "momentum": .number("0.9")],
        ])
}

import Encodings

extension Method {
    /// Lengths and directions of updates averaged apart, so that the step does not shrink with the
    /// number of workers.
    ///
    /// The outer optimizer is DiLoCo's.
    static let radial = Method(
        "radial", summary: "24 local steps of AdamW, radial-directional averaging",
        source: "Decoupled DiLoCo, 2026 (arXiv 2604.21428)",
        sections: [
            "optimizer": innerAdamW,
            "round": ["steps": 24],
            "codec": dense,
            "merge": ["rule": "radial-directional v1"],
            "outer": ["name": "nesterov", "rate": .number("0.7"), "momentum": .number("0.9")],
        ])
}

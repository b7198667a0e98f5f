import Encodings

extension Method {
    /// The mean gradient of every step, AdamW on it: what other methods are compared with.
    static let synchronous = Method(
        "synchronous", summary: "the gradient's mean each step, AdamW: the baseline",
        source: "S. Li and others, PyTorch Distributed, 2020 (arXiv 2006.15704)",
        sections: [
            "optimizer": ["name": "gradient"],
            "round": ["steps": 1, "segment_steps": 1],
            "codec": dense,
            "merge": ["rule": "weighted-mean v1"],
            "outer": [
                "name": "adamw", "beta1": .number("0.9"), "beta2": .number("0.95"),
                "epsilon": .number("1.0e-8"), "weight_decay": .number("0.1"), "gradient_clip": 1,
            ],
        ])

    /// Every element as it is.
    static let dense: JSON = [
        "name": "chunked-top-k v1", "transform": "none", "chunk": 4096, "keep": 4096,
        "values": "float32", "error_feedback": 0,
    ]

    /// The inner AdamW of DiLoCo and those after it, with OpenDiLoCo's second β.
    static let innerAdamW: JSON = [
        "name": "adamw", "beta1": .number("0.9"), "beta2": .number("0.95"),
        "epsilon": .number("1.0e-8"), "weight_decay": .number("0.1"), "gradient_clip": 1,
    ]
}

import Encodings

extension Method {
    /// SparseLoCo's forerunner: fewer elements in eight bits, and a residual that hardly fades.
    static let ccLoCo = Method(
        "ccloco", summary: "15 local steps of AdamW, the largest 0.8 % in eight bits",
        source: "CCLoco, Templar, 2025 (github.com/tplr-ai/CCLoco)",
        sections: [
            "optimizer": innerAdamW,
            "round": ["steps": 15],
            "codec": [
                "name": "chunked-top-k v1", "transform": "none", "chunk": 4096, "keep": 32,
                "values": "int8", "error_feedback": .number("0.999"),
            ],
            "merge": ["rule": "mean v1", "over": "senders"],
            "outer": ["name": "sgd", "rate": 1],
        ])
}

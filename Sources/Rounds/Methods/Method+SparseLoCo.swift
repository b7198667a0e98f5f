import Encodings

extension Method {
    /// The largest elements of each chunk in two bits, with error feedback in place of momentum.
    static let sparseLoCo = Method(
        "sparseloco", summary: "15 local steps of AdamW, the largest 3 % in two bits",
        source: "A. Sarfi and others, SparseLoCo, 2025 (arXiv 2508.15706)",
        sections: [
            "optimizer": innerAdamW,
            "round": ["steps": 15],
            "codec": [
                "name": "chunked-top-k v1", "transform": "none", "chunk": 4096, "keep": 128,
                "values": "two-bit", "error_feedback": .number("0.95"),
            ],
            "merge": ["rule": "mean v1", "over": "senders"],
            "outer": ["name": "sgd", "rate": 1],
        ])
}

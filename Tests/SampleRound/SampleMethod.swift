package import Encodings
import Rounds

/// The ways to spend a round that differ in what a worker computes, as changes of the sample run.
package struct SampleMethod: Sendable, CustomStringConvertible {
    /// What it is called in the names of tests.
    package let description: String
    /// How the sample run differs.
    package let changes: [String: JSON?]

    /// Whether weights are bfloat16 numbers.
    package var isRounded: Bool { description.hasSuffix("bfloat16") }

    /// The first round under the method.
    package var round: SampleRound { SampleRound.sample(changes) }

    /// All of them: every optimizer in both precisions, and the published methods.
    package static let all = optimizers + published

    private static let published = Method.all.map { method in
        SampleMethod(
            method.name,
            [
                "method": .string(method.name), "optimizer": nil, "codec": nil, "merge": nil,
                "outer": nil, "round.steps": nil,
            ])
    }

    private static let optimizers = [
        SampleMethod(
            "muon",
            [
                "optimizer": [
                    "name": "muon", "momentum": .number("0.95"), "weight_decay": .number("0.1"),
                    "beta1": .number("0.9"), "beta2": .number("0.95"),
                    "epsilon": .number("1.0e-8"), "adamw_weight_decay": 0,
                    "adamw_rate": .number("0.5"), "gradient_clip": 1,
                ]
            ]),
        SampleMethod("sgd", ["optimizer": ["name": "sgd", "gradient_clip": .number("0.5")]]),
        SampleMethod("gradient", ["optimizer": ["name": "gradient"], "round.steps": 1]),
        SampleMethod(
            "gradient times rate, looking ahead",
            [
                "optimizer": [
                    "name": "gradient", "gradient_clip": .number("0.25"), "times_rate": true,
                    "look_ahead": true,
                ],
                "round.steps": 1, "outer": ["name": "sign", "weight_decay": .number("0.1")],
            ]),
        SampleMethod("joiner's warm-up", ["optimizer.joiner_warmup_steps": 7]),
    ].flatMap { method in
        [
            method,
            SampleMethod(
                method.description + ", bfloat16",
                method.changes.merging(["arithmetic.class": "exact-bf16"]) { $1 }),
        ]
    }

    private init(_ description: String, _ changes: [String: JSON?]) {
        self.description = description
        self.changes = changes
    }
}

import CommandLineTool
import Encodings

/// How well each method learns for the bytes it sends, at equal tokens.
struct ConvergenceStudy: Study {
    /// A method under study.
    struct Method {
        let name: String
        let sections: JSON
        /// Whether it is one worker with everybody's batches: what synchronous training computes.
        var isSynchronous = false
    }

    static let adamW: JSON = [
        "name": "adamw", "beta1": .number("0.9"), "beta2": .number("0.95"),
        "epsilon": .number("1.0e-8"), "weight_decay": .number("0.1"), "gradient_clip": 1,
    ]

    static let methods = [
        Method(
            name: "synchronous",
            sections: [
                "optimizer": adamW,
                "codec": ["name": "top-k-sign v1", "chunk": 64, "keep": 64, "error_feedback": 0],
                "merge": ["rule": "weighted-mean v1"], "outer": ["name": "sgd", "rate": 1],
            ], isSynchronous: true),
        Method(
            name: "sparseloco",
            sections: [
                "optimizer": adamW,
                "codec": [
                    "name": "top-k-sign v1", "chunk": 4096, "keep": 128,
                    "error_feedback": .number("0.95"),
                ],
                "merge": ["rule": "weighted-mean v1"], "outer": ["name": "sgd", "rate": 8],
            ]),
    ]

    static let settings = [(4, 15), (4, 50), (8, 15), (8, 50)]
    static let seeds = [0, 1, 2]
    static let rounds = 100

    static func name(_ method: String, _ workers: Int, _ steps: Int, _ seed: Int) -> String {
        "\(method)-r\(workers)-h\(steps)-s\(seed)"
    }

    var jobs: [StudyJob] {
        Self.seeds.flatMap { seed in
            Self.settings.flatMap { workers, steps in
                Self.methods.map { method in
                    StudyJob(
                        name: Self.name(method.name, workers, steps, seed),
                        workers: method.isSynchronous ? 1 : workers, steps: steps,
                        rounds: Self.rounds, batch: method.isSynchronous ? workers : 1, seed: seed,
                        sections: method.sections)
                }
            }
        }
    }

    func report(_ results: StudyResults) throws { try ConvergenceReport(results).write() }
}

import Aggregation
import Encodings
import Foundation
import LanguageModel
import Numerics
import Optimization
import Rounds
import SampleRound
import Training

/// A run of the sample's three workers under a method.
struct MethodRun {
    private var round: SampleRound
    private let workers: [Int]
    private var states: [WorkerState?] = [nil, nil, nil]

    /// A run of every worker; of the first alone where the method is plain SGD.
    init(_ method: String) throws {
        var changes: [String: JSON?] = [
            "model.hidden_size": 64, "model.intermediate_size": 128, "model.head_dim": 16,
            "round": ["steps": 1, "batches": 3, "batch": 3, "segment_steps": 1],
            "schedule": [
                "kind": "linear", "peak": .number("4.0e-3"), "warmup_steps": 4,
                "total_steps": 40, "final_fraction": .number("0.1"),
            ],
        ]
        if method == "sgd" {
            changes["optimizer"] = ["name": "sgd"]
            changes["codec"] = [
                "name": "chunked-top-k v1", "transform": "none", "chunk": 4096, "keep": 4096,
                "values": "float32", "error_feedback": 0,
            ]
            changes["outer"] = ["name": "sgd", "rate": 1]
        } else {
            changes["method"] = .string(method)
            for section in ["optimizer", "codec", "merge", "outer"] {
                changes.updateValue(nil, forKey: section)
            }
        }
        round = SampleRound.sample(changes)
        workers = method == "sgd" ? [0] : [0, 1, 2]
    }

    /// Writes `plan.json`, `weights-0`, …, and `gradient-<round>-<worker>` for each round.
    mutating func play(rounds: Int, into directory: String) throws {
        try plan(rounds).write(to: URL(fileURLWithPath: directory + "/plan.json"))
        try MethodsTool.write(round.base.parameters.view.array, to: directory + "/weights-0")
        for number in 1...rounds {
            var merge = RoundMerge(run: round.run, base: round.base)
            for worker in workers {
                let ahead = lookedAhead(worker, number)
                try MethodsTool.write(
                    round.gradient(worker: worker, at: ahead),
                    to: directory + "/gradient-\(number)-\(worker)")
                let result = try round.train(worker: worker, state: states[worker])
                states[worker] = result.state
                try merge.add(round.artifact(result.contribution, signedBy: worker))
            }
            round = SampleRound(run: round.run, base: try merge.finish())
            try MethodsTool.write(
                round.base.parameters.view.array, to: directory + "/weights-\(number)")
        }
    }

    /// The weights at which a worker takes its gradient.
    private func lookedAhead(_ worker: Int, _ number: Int) -> FloatStorage {
        let weights = round.base.parameters.copy()
        guard round.run.optimizer.looksAhead, let residual = states[worker]?.residual else {
            return weights
        }
        let rate = round.run.schedule.rate(at: number - 2)
        for index in residual.view.indices where residual.view[index] != 0 {
            weights.view[index] -= residual.view[index] > 0 ? rate : -rate
        }
        return weights
    }

    /// The shapes of tensors in their order, and the rates of the rounds.
    private func plan(_ rounds: Int) -> Data {
        let json: JSON = [
            "tensors": .array(
                round.base.layout.tensors.map { tensor in
                    .array(tensor.shape.map { .integer(Int64($0)) })
                }),
            "decays": .array(round.base.layout.tensors.map { .bool($0.decays) }),
            "rates": .array(
                (0..<rounds).map { .number("\(round.run.schedule.rate(at: $0))") }),
            "workers": .integer(Int64(workers.count)),
        ]
        return Data(json.prettyBytes())
    }
}

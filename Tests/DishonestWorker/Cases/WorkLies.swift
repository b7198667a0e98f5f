import Artifacts
import Encodings
import Numerics
import Rounds
import SampleRound
import Training

private let first = "segment 1 (steps 1 to 2) ends in another state"
private let second = "segment 2 (steps 3 to 4) ends in another state"
private let third = "segment 3 (steps 5 to 5) ends in another state"

extension ContributionCase {
    /// Other work than was assigned, under a claim of what was.
    static let workLies = [
        steps("work-first-step-skipped", first, [2, 3, 4, 5]),
        steps("work-third-step-skipped", second, [1, 2, 4, 5]),
        steps("work-last-step-skipped", third, [1, 2, 3, 4]),
        steps("work-half", second, [1, 2]),
        steps("work-one-step", first, [1]),
        steps("work-extra-step", third, [1, 2, 3, 4, 5, 1]),
        steps("work-step-twice", second, [1, 2, 2, 4, 5]),
        steps("work-steps-exchanged", first, [2, 1, 3, 4, 5]),
        steps("work-last-steps-exchanged", second, [1, 2, 3, 5, 4]),
        steps("work-steps-backwards", first, [5, 4, 3, 2, 1]),
        sequences("work-batch-reordered", first) { [$0[2], $0[1], $0[0]] + $0[3...] },
        sequences("work-all-reordered", first) { $0.reversed() },
        sequences("work-one-sequence-replaced", third) { $0.dropLast() + [$0[0]] },
        sequences("work-one-sequence-always", first) { [UInt64](repeating: 0, count: $0.count) },
        work("work-other-data", first) { worker, _ in
            try worker.inputs(
                assignment: worker.assignment { $0.map { $0 % 8 } },
                corpus: SampleCorpus.pack(heldOutSeed: 2))
        },
        work("work-sequences-truncated", first) { worker, _ in
            try worker.inputs(
                assignment: worker.assignment { $0.map { $0 % 8 } },
                corpus: SampleCorpus.pack(heldOutSeed: 1, sequenceLength: 4))
        },
        work("work-other-weights", first) { worker, setting in
            try worker.inputs(base: setting.base(setting.round.base.parameters.flipped()))
        },
        work("work-share-of-another", first) { worker, setting in
            try worker.inputs(assignment: setting.round.assignments[1])
        },
        work("work-round-before", first) { worker, setting in
            try worker.inputs(assignment: setting.earlier[1].assignments[0])
        },
    ]

    /// Other hyper-parameters than the run's.
    static let recipeLies = [
        recipe("recipe-rate", first, ["schedule.peak": .number("1.01e-2")]),
        recipe("recipe-rate-in-step-1", first, ["schedule.peak": .number("1.01e-2")], inStep: 1),
        recipe("recipe-rate-in-step-4", second, ["schedule.peak": .number("1.01e-2")], inStep: 4),
        recipe("recipe-rate-in-step-5", third, ["schedule.peak": .number("1.01e-2")], inStep: 5),
        recipe("recipe-rate-zero-in-step-3", second, ["schedule.peak": 0], inStep: 3),
        recipe("recipe-no-learning", first, ["schedule.peak": 0]),
        recipe("recipe-no-decay", first, ["optimizer.weight_decay": 0]),
        recipe("recipe-first-beta", first, ["optimizer.beta1": .number("0.91")]),
        recipe("recipe-second-beta", first, ["optimizer.beta2": .number("0.951")]),
        recipe("recipe-epsilon", first, ["optimizer.epsilon": .number("1.0e-7")]),
        recipe("recipe-clip", first, ["optimizer.gradient_clip": .number("0.01")]),
        recipe("recipe-plain-descent", first, ["optimizer": ["name": "sgd", "gradient_clip": 1]]),
        recipe(
            "recipe-feedback", "update differs from the trained weights",
            ["codec.error_feedback": .number("0.1")]),
        work("recipe-bfloat16", first) { worker, _ in try worker.inputs(arithmetic: .exactBFloat16)
        },
    ]

    /// One unit in the last place of one number, in the middle of the round or at its ends.
    static let memoryLies = [
        flip("ulp-weight-before", "parameters", 0, first),
        flip("ulp-weight-after-step-1", "parameters", 1, first),
        flip("ulp-weight-after-step-3", "parameters", 3, second),
        flip("ulp-weight-after-step-4", "parameters", 4, third),
        flip("ulp-weight-after-last", "parameters", 5, "state after the round differs"),
        flip("ulp-first-moment-before", "first_moment", 0, first),
        flip("ulp-first-moment-after-step-3", "first_moment", 3, second),
        flip("ulp-first-moment-after-last", "first_moment", 5, "state after the round differs"),
        flip("ulp-second-moment-before", "second_moment", 0, first),
        flip("ulp-second-moment-after-step-3", "second_moment", 3, second),
        flip("ulp-second-moment-after-last", "second_moment", 5, "state after the round differs"),
        work("ulp-residual-before", first) { worker, setting in
            let state = setting.state(of: 0)
            return try worker.inputs(state: state.with(residual: state.residual.flipped()))
        },
        contribution("ulp-residual-after", .notReproduced, "state after the round differs") {
            honest, setting in
            let state = try setting.honest().state
            let changed = state.with(residual: state.residual.flipped())
            return honest.with(claim: honest.claim.with(stateAfter: setting.digest(changed)))
        },
    ]

    /// Other states than the one that the last accepted round ended in.
    static let stateLies = [
        state("state-fresh", .badState, "state_before: expected ") { _ in nil },
        state("state-older", .badState, "state_before: expected ") { $0.states[0][0] },
        state("state-of-another", .badState, "state_before: expected ") { $0.state(of: 1) },
        state("state-invented", .badState, "state_before: expected ") {
            $0.state(of: 0).with(residual: $0.state(of: 0).firstMoment)
        },
        work("state-fresh-in-truth", first) { worker, _ in try worker.inputs(state: .some(nil)) },
        work("state-older-in-truth", first) { worker, setting in
            try worker.inputs(state: setting.states[0][0])
        },
        work("state-of-another-in-truth", first) { worker, setting in
            try worker.inputs(state: setting.state(of: 1))
        },
        work("state-residual-dropped", first) { worker, setting in
            let state = setting.state(of: 0)
            return try worker.inputs(
                state: state.with(residual: FloatStorage(count: state.residual.count)))
        },
        work("state-step-count", first) { worker, setting in
            let state = setting.state(of: 0)
            return try worker.inputs(state: state.with(optimizerSteps: state.optimizerSteps + 1))
        },
        contribution("state-after-dropped", .notReproduced, "state after the round differs") {
            honest, setting in
            let state = try setting.honest().state
            let dropped = state.with(residual: FloatStorage(count: state.residual.count))
            return honest.with(claim: honest.claim.with(stateAfter: setting.digest(dropped)))
        },
    ]

    private static func work(
        _ name: String, _ reason: String,
        _ inputs: @escaping @Sendable (LyingWorker, CorpusRound) throws -> LocalRound.Inputs
    ) -> ContributionCase {
        artifact(name, .notReproduced, reason) { setting in
            let worker = LyingWorker(setting)
            return setting.signed(try worker.train(inputs(worker, setting)))
        }
    }

    private static func steps(_ name: String, _ reason: String, _ steps: [Int]) -> ContributionCase
    {
        work(name, reason) { worker, _ in
            try worker.inputs(assignment: worker.assignment(steps: steps))
        }
    }

    private static func sequences(
        _ name: String, _ reason: String, _ change: @escaping @Sendable ([UInt64]) -> [UInt64]
    ) -> ContributionCase {
        work(name, reason) { worker, _ in
            try worker.inputs(assignment: worker.assignment(change))
        }
    }

    private static func recipe(
        _ name: String, _ reason: String, _ changes: [String: JSON?], inStep step: Int? = nil
    ) -> ContributionCase {
        artifact(name, .notReproduced, reason) { setting in
            let worker = LyingWorker(setting)
            let other = try worker.inputs(run: changes)
            return setting.signed(
                try step.map { try worker.train(other, inStep: $0) } ?? worker.train(other))
        }
    }

    private static func flip(
        _ name: String, _ buffer: String, _ step: Int, _ reason: String
    ) -> ContributionCase {
        artifact(name, .notReproduced, reason) { setting in
            setting.signed(try LyingWorker(setting).train(flippingIn: buffer, afterStep: step))
        }
    }

    /// Work that goes on from another state, and says so.
    private static func state(
        _ name: String, _ outcome: Verdict.Outcome, _ reason: String,
        _ state: @escaping @Sendable (CorpusRound) -> WorkerState?
    ) -> ContributionCase {
        artifact(name, outcome, reason) { setting in
            try setting.round.published(worker: 0, state: state(setting))
        }
    }
}

extension CorpusRound {
    /// The base of the round with other weights.
    func base(_ parameters: FloatStorage) -> Checkpoint {
        let base = round.base
        return Checkpoint(
            configuration: base.configuration, parameters: parameters, outerMomentum: nil,
            tokenizer: base.tokenizer, endToken: base.endToken, lineage: base.lineage)
    }
}

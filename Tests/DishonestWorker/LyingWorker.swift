import Artifacts
import Corpus
import Encodings
import Numerics
import Rounds
import SampleRound
import Training

/// A worker that trains otherwise than it should, or changes its memory, and then claims the work
/// it was given.
struct LyingWorker {
    private let setting: CorpusRound
    /// What it should train on.
    private let inputs: LocalRound.Inputs

    init(_ setting: CorpusRound) {
        self.setting = setting
        inputs = setting.inputs()
    }

    /// What it should train on, but for the parts given.
    func inputs(
        run changes: [String: JSON?] = [:], base: Checkpoint? = nil, assignment: Assignment? = nil,
        corpus: TokenizedCorpus? = nil, state: WorkerState?? = nil,
        arithmetic: ArithmeticClass? = nil
    ) throws -> LocalRound.Inputs {
        let run = try RunConfiguration(SampleRun.json(changes), digest: inputs.run.digest)
        let claimed = inputs.state?.digest
        let trainedFrom = state ?? inputs.state?.state
        return LocalRound.Inputs(
            run: run, base: base ?? inputs.base, worker: inputs.worker,
            assignment: assignment ?? inputs.assignment, corpus: corpus ?? inputs.corpus,
            state: trainedFrom.flatMap { state in claimed.map { ($0, state) } },
            arithmetic: arithmetic)
    }

    /// The assignment with other sequences, as many steps as they are batches.
    func assignment(_ change: ([UInt64]) -> [UInt64]) -> Assignment {
        var assignment = inputs.assignment
        assignment.sequences = change(assignment.sequences)
        assignment.steps = UInt64(assignment.sequences.count) / assignment.batch
        return assignment
    }

    /// The assignment with its batches in the order of `steps`, which count from 1.
    func assignment(steps: [Int]) -> Assignment {
        assignment { _ in steps.flatMap { inputs.assignment.sequences(ofStep: $0 - 1) } }
    }

    /// Trains from `other` inputs, all steps of them, and claims to have done as told.
    func train(_ other: LocalRound.Inputs) throws -> Contribution {
        var round = begin(other)
        while !round.isComplete { try round.advance() }
        return try disguise(round.finish().contribution)
    }

    /// Trains as told, but for one step, counted from 1, which is taken under `other` inputs.
    func train(_ other: LocalRound.Inputs, inStep step: Int) throws -> Contribution {
        var round = begin(inputs)
        while !round.isComplete {
            guard round.step == step - 1 else {
                try round.advance()
                continue
            }
            var changed = begin(other)
            try resume(&changed, round.snapshot())
            try changed.advance()
            round = begin(inputs)
            try resume(&round, changed.snapshot())
        }
        return try disguise(round.finish().contribution)
    }

    /// Trains as told, but flips the last bit of one float of a buffer after `step` steps.
    func train(flippingIn buffer: String, afterStep step: Int) throws -> Contribution {
        var round = begin(inputs)
        while round.step < step { try round.advance() }
        let snapshot = round.snapshot()
        round = begin(inputs)
        try resume(&round, LyingWorker.flip(snapshot, buffer))
        while !round.isComplete { try round.advance() }
        return try disguise(round.finish().contribution)
    }

    /// The work under the claim of what was to be done: segments and losses in the right number.
    func disguise(_ work: Contribution) throws -> Contribution {
        let honest = try setting.honest().contribution
        let claim = work.claim
        let missing = max(0, honest.claim.steps - claim.steps)
        let losses = claim.losses + [Int64](repeating: claim.losses.last ?? 0, count: missing)
        var trace: [TraceSegment] = []
        for (number, segment) in honest.trace.enumerated() {
            let own = work.trace[min(number, work.trace.count - 1)]
            trace.append(
                segment.with(opening: trace.last?.closing ?? own.opening, closing: own.closing))
        }
        return Contribution(
            claim: honest.claim.with(
                losses: Array(losses.prefix(honest.claim.steps)), stateAfter: claim.stateAfter),
            trace: trace, update: work.update)
    }

    private func begin(_ inputs: LocalRound.Inputs) -> LocalRound {
        LocalRound(inputs, microBatch: 8, arithmetic: Arithmetic(threads: 1))
    }

    private func resume(_ round: inout LocalRound, _ snapshot: Artifact) throws {
        guard try round.resume(from: snapshot) else {
            throw MalformedInput("the snapshot is of another round")
        }
    }

    private static func flip(_ snapshot: Artifact, _ buffer: String) throws -> Artifact {
        let path = "snapshot.safetensors"
        let tensors = try SafetensorsReader(snapshot.member(path)).tensors
        let name = "\(buffer).model.layers.0.mlp.gate_proj.weight"
        guard let tensor = tensors.first(where: { $0.name == name }) else {
            throw MalformedInput("missing tensor '\(name)'")
        }
        return snapshot.changing(path) { bytes in
            var bytes = bytes
            bytes[tensor.range.lowerBound] ^= 1
            return bytes
        }
    }
}

extension WorkerState {
    /// The state with some parts replaced.
    func with(
        optimizerSteps: Int? = nil, firstMoment: FloatStorage? = nil,
        secondMoment: FloatStorage? = nil, residual: FloatStorage? = nil
    ) -> WorkerState {
        WorkerState(
            run: run, worker: worker, round: round,
            optimizerSteps: optimizerSteps ?? self.optimizerSteps,
            firstMoment: firstMoment ?? self.firstMoment,
            secondMoment: secondMoment ?? self.secondMoment, residual: residual ?? self.residual)
    }
}

extension FloatStorage {
    /// The numbers with the last bit of the first one that is not zero flipped.
    func flipped() -> FloatStorage {
        let flipped = copy()
        let place = view.indices.first { view[$0] != 0 } ?? 0
        flipped.view[place] = Float(bitPattern: view[place].bitPattern ^ 1)
        return flipped
    }
}

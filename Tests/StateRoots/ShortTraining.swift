import Artifacts
import Corpus
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import TestFiles
import TrainShapes
import Training

/// A round of one worker that trains a benchmark's model on a few short sequences.
///
/// The sample run of `Tests/SampleRound` with another model, sequences of another length, and a
/// clip so small that every step is clipped.
struct ShortTraining {
    let steps: Int
    private let shape: TrainShape
    private let corpus: TokenizedCorpus
    private let base: Checkpoint

    /// Sequences of a step.
    private static let batch = 8

    /// Predicted tokens of a sequence and steps: as many as a machine without fused
    /// multiply-add computes in seconds.
    private static let lengths: [String: (tokens: Int, steps: Int)] = [
        "nano": (16, 2), "tiny": (16, 2), "small": (4, 2), "base": (2, 2),
    ]

    init(_ name: String) throws {
        guard let shape = TrainShape(named: name), let length = Self.lengths[name] else {
            throw Failure("configuration: expected nano, tiny, small or base, found '\(name)'")
        }
        self.shape = shape
        steps = length.steps
        corpus = SampleCorpus.pack(heldOutSeed: 1, sequenceLength: length.tokens)
        base = SampleRound.initialCheckpoint(try Self.run(.exact, shape, corpus, steps))
    }

    /// The state after the last step, and what there is to say of the way there; no state if the
    /// machine has not the instructions.
    func root(_ way: Way) throws -> (root: Digest?, remark: String) {
        let inputs = try inputs(way.arithmetic)
        guard !way.isScalar else { return (try ScalarRound.root(inputs), "") }
        guard way.instructionSet.isAvailable else { return (nil, "not on this machine") }
        let arithmetic = Arithmetic(threads: way.threads, instructionSet: way.instructionSet)
        let plan = try plan(way, arithmetic)
        let begin = { LocalRound(inputs, activations: plan.activations, arithmetic: arithmetic) }
        var (round, remark) = (begin(), way.instructionSet.rawValue)
        if let seed = way.interruptionSeed {
            remark += try ", " + interrupt(&round, seed, microBatch: way.microBatch, begin)
        }
        try train(&round)
        if way.budget != nil {
            remark += ", \(plan.recomputedLayers) of \(plan.layerCount) layers computed again"
        }
        return (round.trace.last?.closing, remark)
    }

    private func train(_ round: inout LocalRound) throws {
        while !round.isComplete {
            guard let report = try round.advance(), report.gradientNorm > Self.clip else {
                throw Failure("step \(round.step): expected a gradient to clip")
            }
        }
    }

    /// Interrupts the round at three points between micro-batches, each time losing the step, and
    /// goes on from its snapshot on disk, which is a directory because packing takes long; gives
    /// the points.
    private func interrupt(
        _ round: inout LocalRound, _ seed: UInt64, microBatch: Int, _ begin: () -> LocalRound
    ) throws -> String {
        let random = CounterRandom(seed: seed)
        var points: [String] = []
        for interruption in 0..<3 {
            let pieces = (Self.batch + microBatch - 1) / microBatch
            let left = UInt64((steps - round.step) * pieces)
            var passed = Int(random.integer(below: left, at: UInt64(interruption)))
            points.append("\(round.step * pieces + passed) of \(steps * pieces)")
            while try round.advance(unless: {
                passed -= 1
                return passed < 0
            }) != nil {}
            let temporary = try TemporaryDirectory()
            let path = temporary.file("snapshot")
            try round.snapshot().write(directory: path)
            round = begin()
            let snapshot = try withExtendedLifetime(temporary) {
                try Artifact.read(directory: path, expecting: .snapshot)
            }
            guard try round.resume(from: snapshot) else {
                throw Failure("the snapshot is another round's")
            }
        }
        return "after micro-batch " + points.joined(separator: ", ")
    }

    /// The plan within the way's budget, which must make layers be computed again.
    private func plan(_ way: Way, _ arithmetic: Arithmetic) throws -> MemoryPlan {
        let demand = MemoryDemand(
            model: base.configuration, precision: way.arithmetic.precision,
            sequenceLength: corpus.sequenceLength, batch: Self.batch, fixed: [],
            arithmetic: arithmetic)
        let plentiful = demand.plan(ActivationPlan(microBatch: way.microBatch))
        guard let budget = way.budget else { return plentiful }
        let least = demand.least(microBatch: way.microBatch).bytes
        let bytes = budget == .least ? least : (least + plentiful.bytes) / 2
        guard let plan = demand.plan(within: bytes, microBatch: way.microBatch),
            plan.recomputedLayers > 0
        else { throw Failure("\(bytes) bytes: expected layers to be computed again") }
        return plan
    }

    private func inputs(_ arithmetic: ArithmeticClass) throws -> LocalRound.Inputs {
        let run = try Self.run(arithmetic, shape, corpus, steps)
        let worker = SampleRound.keys[0].publicKey
        let roster = Roster(
            run: run.digest, round: 1, seed: Digest(hashing: []),
            workers: [RosterWorker(key: worker, throughput: 1, stake: 1)])
        let assignments = try AssignmentRule.assign(
            run: run.digest, dataRoot: corpus.dataRoot,
            sequenceCount: UInt64(corpus.sequenceCount), orderSeed: run.seed, roster: roster,
            batchesPerRound: UInt64(steps), batch: UInt64(Self.batch))
        return LocalRound.Inputs(
            run: run, base: base, worker: worker, assignment: assignments[0], corpus: corpus,
            state: nil)
    }

    private static let clip: Float = 0.125

    private static func run(
        _ arithmetic: ArithmeticClass, _ shape: TrainShape, _ corpus: TokenizedCorpus, _ steps: Int
    ) throws -> RunConfiguration {
        let steps = JSON.integer(Int64(steps))
        let changes: [String: JSON?] = [
            "arithmetic.class": .string(arithmetic.rawValue),
            "model": shape.model,
            "data.root": corpus.dataRoot.json, "data.held_out": corpus.heldOutRoot.json,
            "data.sequence_length": .integer(Int64(corpus.sequenceLength)),
            "optimizer.gradient_clip": .number("0.125"),
            "round": [
                "steps": steps, "batches": steps, "batch": .integer(Int64(batch)),
                "segment_steps": steps,
            ],
        ]
        return try RunConfiguration(
            SampleRun.json(changes),
            digest: Digest(
                hashing: SampleRun.json(changes.merging(asFirstWritten) { $1 }).canonicalBytes()))
    }

    /// What sample runs said when the answers were computed: weights in bfloat16 are rounded by the
    /// digest, which another form of the same run must not change.
    private static let asFirstWritten: [String: JSON?] = [
        "codec": [
            "name": "top-k-sign v1", "chunk": 64, "keep": 16, "error_feedback": .number("0.9"),
        ],
        "merge": ["rule": "weighted-mean v1", "rate": .number("0.7"), "momentum": 0],
        "outer": nil,
    ]
}

extension TrainShape {
    /// The model as a run file has it.
    fileprivate var model: JSON {
        [
            "vocab_size": .integer(Int64(vocabulary)), "hidden_size": .integer(Int64(hidden)),
            "intermediate_size": .integer(Int64(intermediate)),
            "num_hidden_layers": .integer(Int64(layers)),
            "num_attention_heads": .integer(Int64(heads)),
            "num_key_value_heads": .integer(Int64(heads)),
            "head_dim": .integer(Int64(hidden / heads)),
            "max_position_embeddings": .integer(Int64(tokens)),
            "rms_norm_eps": .number("1.0e-5"), "rope_theta": .number("10000.0"),
            "tie_word_embeddings": true,
        ]
    }
}

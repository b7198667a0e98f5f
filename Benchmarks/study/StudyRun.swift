import Aggregation
import Artifacts
import Corpus
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import Storage
import Training
import UpdateCodec

/// A whole run in one process: all workers of a round one after the other, then the merge.
///
/// The work and the merging are the product's own, without files, signatures and replay between.
struct StudyRun {
    let job: StudyJob
    let run: RunConfiguration
    let corpus: TokenizedCorpus
    let shuffled: TokenizedCorpus?
    private let arithmetic = Arithmetic(threads: 1)
    private let workers: [Worker]
    private var states: [WorkerState?]
    private var previous: [[Float]?]
    private(set) var base: Checkpoint
    private var bytes = 0
    private(set) var lastLoss = Double.nan

    private struct Worker {
        let key: SigningKey
        let isHonest: Bool
    }

    /// Sequences that points of the curve are evaluated on; the last one is on all.
    private static let evaluated = 128
    private static let evaluations = 20

    init(_ job: StudyJob, corpus: TokenizedCorpus, shuffled: TokenizedCorpus?) throws {
        self.job = job
        self.corpus = corpus
        self.shuffled = shuffled
        run = try job.configuration(corpus)
        workers = (0..<job.workers).map { number in
            var seed = [UInt8](repeating: 0, count: SigningKey.seedLength)
            seed[0] = UInt8(number + 1)
            return Worker(
                key: SigningKey(seed: seed), isHonest: number < job.workers - job.attackers)
        }
        states = workers.map { _ in nil }
        previous = workers.map { _ in nil }
        base = Checkpoint(
            configuration: run.model,
            parameters: Initialization.parameters(ParameterLayout(run.model), seed: run.seed),
            outerMomentum: nil, tokenizer: corpus.tokenizerJSON, endToken: nil,
            lineage: Lineage(run: run.digest, round: 0, parent: nil, contributions: []))
    }

    /// Plays all rounds, reporting points of the curve.
    mutating func play(report: (StudyPoint) -> Void) throws {
        for round in 1...job.rounds {
            try playRound()
            let isLast = round == job.rounds
            guard isLast || round % max(1, job.rounds / Self.evaluations) == 0 else { continue }
            lastLoss = evaluate(isLast ? corpus.heldOutCount : Self.evaluated)
            report(
                StudyPoint(
                    round: round,
                    tokens: round * job.workers * job.steps * job.batch * corpus.sequenceLength,
                    bytes: bytes / job.workers, loss: lastLoss))
            guard lastLoss.isFinite else { return }
        }
    }

    private mutating func playRound() throws { try merge(forged(work())) }

    /// Does everybody's work of a round.
    mutating func work() throws -> [Contribution] {
        let assignments = try self.assignments()
        return try workers.enumerated().map { number, worker in
            let misled = !worker.isHonest && shuffled != nil
            let inputs = LocalRound.Inputs(
                run: run, base: base, worker: worker.key.publicKey,
                assignment: assignments[number], corpus: (misled ? shuffled : nil) ?? corpus,
                state: states[number].map { (Digest(hashing: []), $0) })
            var local = LocalRound(
                inputs, activations: ActivationPlan(microBatch: job.batch), ownsState: true,
                commitsToStates: false, arithmetic: arithmetic)
            while !local.isComplete { try local.advance() }
            let (contribution, state) = try local.finish()
            states[number] = state
            return contribution
        }
    }

    /// Ends a round with what was sent.
    mutating func merge(_ sent: [Contribution]) throws {
        var merge = RoundMerge(run: run, base: base)
        for contribution in sent {
            let artifact = contribution.artifact(layout: base.layout, codec: run.codec.codec)
            bytes += Int(artifact.manifest.entries.last?.size ?? 0)
            try merge.add(artifact)
        }
        base = try merge.finish()
    }

    /// What is sent: honest work, or what the attack makes of it.
    private mutating func forged(_ contributions: [Contribution]) -> [Contribution] {
        guard let attack = job.attack else { return contributions }
        let honest = zip(contributions, workers).filter(\.1.isHonest).map { decoded($0.0) }
        return contributions.enumerated().map { number, contribution in
            guard !workers[number].isHonest else { return contribution }
            let own = decoded(contribution)
            let stream = UInt32(1 + number)
            let update = attack.update(
                Attack.Knowledge(
                    own: own, honest: honest, previous: previous[number],
                    codec: run.codec.codec.codec, layout: base.layout,
                    random: CounterRandom(seed: UInt64(base.lineage.round + 1), stream: stream),
                    constant: CounterRandom(seed: 0, stream: stream)))
            previous[number] = own
            return replacing(contribution, by: update)
        }
    }

    /// A contribution with another update, which is encoded.
    func replacing(_ contribution: Contribution, by update: [Float]) -> Contribution {
        Contribution(
            claim: contribution.claim, trace: contribution.trace,
            update: base.layout.tensors.map {
                run.codec.codec.encode(
                    FloatView(copying: Array(update[$0.range])), shape: $0.shape, arithmetic)
            })
    }

    /// The elements that an update decodes to.
    func decoded(_ contribution: Contribution) -> [Float] {
        let (values, format) = (FloatStorage(count: base.layout.count), run.codec.codec)
        for (tensor, encoded) in zip(base.layout.tensors, contribution.update) {
            format.decode(
                encoded, into: values.view[tensor.range], shape: tensor.shape, arithmetic)
        }
        return values.view.array
    }

    /// The assignments of this round, one a worker.
    private func assignments() throws(MalformedInput) -> [Assignment] {
        let roster = Roster(
            run: run.digest, round: UInt64(base.lineage.round + 1), seed: Digest(hashing: []),
            workers: workers.map {
                RosterWorker(key: $0.key.publicKey, throughput: 1, stake: 1)
            })
        let all = try AssignmentRule.assign(
            run: run.digest, dataRoot: corpus.dataRoot,
            sequenceCount: UInt64(corpus.sequenceCount), orderSeed: run.seed, roster: roster,
            batchesPerRound: UInt64(run.round.batches), batch: UInt64(run.round.batch))
        return workers.compactMap { worker in
            all.first { $0.worker == worker.key.publicKey }
        }
    }

    /// The mean loss of some held-out sequences.
    private func evaluate(_ count: Int) -> Double {
        let model = LanguageModel(
            configuration: run.model, parameters: .float32(base.parameters),
            arithmetic: arithmetic)
        let losses = model.losses(
            of: (0..<count).map { corpus.tokenSequence($0, of: .heldOut) }, microBatch: 16)
        return losses.reduce(0.0) { $0 + Double($1) } / Double(losses.count)
    }
}

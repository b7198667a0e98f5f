package import Artifacts
package import Corpus
package import Encodings
package import Identity
import LanguageModel
package import Numerics
package import Rounds
import Storage
import Tokenization
package import Training

/// A whole small setting: three workers, a model of 8,000 parameters, and real text.
package struct SampleRound: Sendable {
    /// The run.
    package let run: RunConfiguration
    /// The checkpoint the round begins from.
    package let base: Checkpoint
    /// The training data.
    package let corpus: TokenizedCorpus
    /// Who takes part.
    package let roster: Roster
    /// The workers' assignments, in the order of `keys`: 5, 3 and 1 inner steps of 3 sequences.
    package let assignments: [Assignment]

    /// The workers' signing keys.
    package static let keys = (1...3).map { SigningKey(seed: [UInt8](repeating: $0, count: 32)) }

    /// The first round of the sample run.
    package static let first = sample([:])

    /// The first round of the sample run with some `changes`.
    package static func sample(
        _ changes: [String: JSON?], corpus: TokenizedCorpus = SampleCorpus.corpus
    ) -> SampleRound {
        do {
            let run = try SampleRun.run(changes)
            return SampleRound(run: run, base: initialCheckpoint(run), corpus: corpus)
        } catch {
            preconditionFailure("the sample is a run: \(error)")
        }
    }

    /// The first round of a run on rows of whole verses that do not see each other.
    package static let verses = sample(verseChanges, corpus: SampleCorpus.verses)

    /// How the run on verses differs from the sample run.
    package static let verseChanges: [String: JSON?] = {
        let corpus = SampleCorpus.verses
        return [
            "data": [
                "root": corpus.dataRoot.json, "held_out": corpus.heldOutRoot.json,
                "sequence_length": .integer(Int64(corpus.sequenceLength)),
                "reset_attention": true,
            ],
            "model.max_position_embeddings": .integer(Int64(corpus.sequenceLength)),
        ]
    }()

    /// The round of `run` that begins from `base`.
    package init(
        run: RunConfiguration, base: Checkpoint, corpus: TokenizedCorpus = SampleCorpus.corpus
    ) {
        self.run = run
        self.base = base
        self.corpus = corpus
        roster = SampleRound.roster(run, round: UInt64(base.lineage.round + 1))
        assignments = SampleRound.assignments(run, roster, of: corpus)
    }

    /// The weights and lineage of round 0.
    package static func initialCheckpoint(_ run: RunConfiguration) -> Checkpoint {
        Checkpoint(
            configuration: run.model,
            parameters: Initialization.parameters(ParameterLayout(run.model), seed: run.seed),
            outerMomentum: nil, tokenizer: SampleCorpus.corpus.tokenizerJSON,
            endToken: SampleCorpus.tokenizer.endOfText.map { Int($0) },
            lineage: Lineage(run: run.digest, round: 0, parent: nil, contributions: []))
    }

    /// The inputs of one worker's round.
    package func inputs(
        worker: Int, state: WorkerState? = nil
    ) -> LocalRound.Inputs {
        LocalRound.Inputs(
            run: run, base: base, worker: SampleRound.keys[worker].publicKey,
            assignment: assignments[worker], corpus: corpus,
            state: state.map { ($0.artifact(layout: base.layout).digest, $0) })
    }

    /// One worker's honest work.
    package func train(
        worker: Int, state: WorkerState? = nil, microBatch: Int = 8, threads: Int = 1,
        instructionSet: InstructionSet = .best
    ) throws(TrainingFailure) -> (contribution: Contribution, state: WorkerState) {
        var round = LocalRound(
            inputs(worker: worker, state: state), microBatch: microBatch,
            arithmetic: Arithmetic(threads: threads, instructionSet: instructionSet))
        while !round.isComplete { try round.advance() }
        return try round.finish()
    }

    /// A contribution as the bundle that `worker` signs and publishes.
    package func artifact(_ contribution: Contribution, signedBy worker: Int) -> Artifact {
        var artifact = contribution.artifact(layout: base.layout, codec: run.codec.codec)
        artifact.sign(with: SampleRound.keys[worker])
        return artifact
    }

    /// What one worker publishes of its first round.
    package func published(worker: Int, state: WorkerState? = nil) throws -> Artifact {
        try artifact(train(worker: worker, state: state).contribution, signedBy: worker)
    }

    /// The round after this one, as if nobody had contributed.
    package func next() -> SampleRound {
        SampleRound(
            run: run,
            base: Checkpoint(
                configuration: base.configuration, parameters: base.parameters,
                outerMomentum: nil, tokenizer: base.tokenizer, endToken: base.endToken,
                lineage: Lineage(
                    run: run.digest, round: base.lineage.round + 1, parent: base.digest,
                    contributions: [])), corpus: corpus)
    }

    private static func roster(_ run: RunConfiguration, round: UInt64) -> Roster {
        let throughputs: [UInt64] = [500, 300, 100]
        let workers = zip(keys, throughputs).map {
            RosterWorker(key: $0.publicKey, throughput: $1, stake: 1000)
        }
        return Roster(run: run.digest, round: round, seed: Digest(hashing: []), workers: workers)
    }

    private static func assignments(
        _ run: RunConfiguration, _ roster: Roster, of corpus: TokenizedCorpus
    ) -> [Assignment] {
        do {
            let all = try AssignmentRule.assign(
                run: run.digest, dataRoot: corpus.dataRoot,
                sequenceCount: UInt64(corpus.sequenceCount), orderSeed: run.seed,
                roster: roster, batchesPerRound: UInt64(run.round.batches),
                batch: UInt64(run.round.batch))
            return keys.compactMap { key in all.first { $0.worker == key.publicKey } }
        } catch {
            preconditionFailure("the sample assigns: \(error)")
        }
    }
}

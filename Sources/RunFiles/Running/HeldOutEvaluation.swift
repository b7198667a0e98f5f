package import ArgumentParser
import Corpus
import Encodings
import LanguageModel
import Rounds
package import Training

/// When training is evaluated on held-out text, and on which.
package struct EvaluationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Print the loss on held-out text after every n steps and at the end.", valueName: "n"))
    package var evalEvery: Int?

    @Option(
        help: ArgumentHelp(
            "A directory nous-shard pack wrote, whose held-out text is used; --data unless given.",
            valueName: "directory"))
    package var evalData: String?

    @Option(
        help: ArgumentHelp("Evaluate only on the first n held-out sequences.", valueName: "n"))
    package var evalSequences: Int?

    /// The defaults.
    package init() {}

    package func validate() throws {
        if let evalEvery, evalEvery < 1 {
            throw ValidationError("--eval-every must be at least 1")
        }
        if let evalSequences, evalSequences < 1 {
            throw ValidationError("--eval-sequences must be at least 1")
        }
        guard evalEvery != nil || (evalData == nil && evalSequences == nil) else {
            throw ValidationError("--eval-data and --eval-sequences need --eval-every")
        }
    }

    /// The evaluation asked for, if any, of the round whose data is at `data`.
    package func evaluation(of round: RoundOptions.Round, data: String) throws
        -> HeldOutEvaluation?
    {
        guard let evalEvery else { return nil }
        let directory = evalData ?? data
        let corpus = try evalData.map { try TokenizedCorpus.read($0) } ?? round.corpus
        try CorpusDirectory.expectTokenizer(of: round.base, in: corpus, at: directory)
        guard corpus.sequenceLength <= round.run.model.longestSequence else {
            throw MalformedInput.field(
                "sequence length", expected: "at most \(round.run.model.longestSequence)",
                found: "\(corpus.sequenceLength)"
            ).within(directory)
        }
        guard corpus.heldOutCount > 0 else {
            throw MalformedInput("expected held-out sequences, found none", in: directory)
        }
        return HeldOutEvaluation(
            every: evalEvery, corpus: corpus,
            sequences: min(evalSequences ?? corpus.heldOutCount, corpus.heldOutCount))
    }
}

/// The loss of unfinished training on held-out text.
package struct HeldOutEvaluation {
    private let every: Int
    private let corpus: TokenizedCorpus
    private let sequences: Int

    init(every: Int, corpus: TokenizedCorpus, sequences: Int) {
        self.every = every
        self.corpus = corpus
        self.sequences = sequences
    }

    /// What an evaluation found.
    package struct Result: Sendable {
        /// The mean loss, nats a token.
        package let loss: Double
        /// Sequences evaluated.
        package let sequences: Int
        /// Tokens predicted.
        package let tokens: Int
    }

    /// Whether it is time for one.
    package func isDue(_ local: LocalRound) -> Bool {
        local.isComplete || local.step % every == 0
    }

    /// Evaluates, some sequences at a time; nil as soon as `goesOn`, asked before each, denies it.
    package func run(
        _ local: LocalRound, microBatch: Int, while goesOn: () -> Bool
    ) -> Result? {
        var (nats, tokens) = (0.0, 0)
        for start in stride(from: 0, to: sequences, by: microBatch) {
            guard goesOn() else { return nil }
            let part = (start..<min(start + microBatch, sequences)).map {
                corpus.tokenSequence($0, of: .heldOut)
            }
            let losses = local.losses(of: part)
            for loss in losses { nats += Double(loss) }
            tokens += losses.count
        }
        return Result(loss: nats / Double(tokens), sequences: sequences, tokens: tokens)
    }
}

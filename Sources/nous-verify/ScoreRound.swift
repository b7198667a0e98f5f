import ArgumentParser
import Artifacts
import CommandLineTool
import Corpus
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import RunFiles
import Scoring
import Storage
import Verification

/// Measures what contributions are worth.
struct ScoreRound: Tool {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Measure what contributions are worth to the model, and find copies.",
        discussion: """
            Scores are advisory: they say nothing about honesty, which verdicts are for. One signed \
            record a contribution goes to standard output: by how much it alone makes the loss fall \
            on sequences the worker had, on others', and on some that only the holder of the \
            verifier's key knows, with 95 % intervals; what it adds to the merge of all others; \
            its length and direction among the others; the update it is most like; and the \
            worker's rating. The same in short goes to standard error for people.

            All contributions to the round must be given, in any order. Those that would be refused \
            before any replay, and all of a worker who signed two, are reported and passed over; \
            then the status is 65. Each contribution is merged alone and left out of the merge of \
            all, so n of them cost 2n + 1 merges.

            The run file's section "verification.scores" says which of them scores leave out of \
            the merge; nous-merge reads that from the records. Of two that are too alike the later \
            is a copy if it is of class tolerant, and which is later the ledger says (--sealed).

            Example:
              nous-verify score --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.json --next-roster roster-2.json \\
                *.contribution > scores.ndjson
              nous-verify score --run run.yaml --base next.tar.zst --data data \\
                --roster roster-2.json --key verifier.json --next-roster roster-3.json \\
                --ratings scores.ndjson round-2/*.contribution > scores-2.ndjson
            """)

    @OptionGroup var round: RosteredRoundOptions
    @OptionGroup var seed: SeedOptions

    @Option(
        help: ArgumentHelp(
            "Sequences of a slice; more make the intervals narrower.", valueName: "n"))
    var sequences = 64

    @Option(
        help: ArgumentHelp(
            "Text that only you have, packed like the data, for the private slice; held-out "
                + "sequences drawn by a secret of the key unless given.", valueName: "directory"))
    var privateData: String?

    @Option(
        help: ArgumentHelp(
            "Scores of earlier rounds of the run by the same key, whose ratings go on; may be "
                + "repeated.",
            valueName: "file"))
    var ratings: [String] = []

    @Option(
        help: ArgumentHelp(
            "The ledger's entries, as nous-ledger log --json prints them: of two that are alike, "
                + "the one sealed later is the copy.", valueName: "file"))
    var sealed: String?

    @Option(
        help: ArgumentHelp(
            "A contribution of an earlier round that nobody may copy either; may be repeated.",
            valueName: "contribution"))
    var earlier: [String] = []

    @Argument(help: ArgumentHelp("Contributions; - is standard input.", valueName: "contribution"))
    var contributions: [String]

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (2...Score.maximumSequences).contains(sequences) else {
            throw ValidationError("--sequences must be from 2 to \(Score.maximumSequences)")
        }
        try Operand.expectOneStream(
            seed.operands + [sealed] + round.operands + ratings + earlier + contributions)
    }

    func run() throws {
        let signingKey = try KeyFile.read(round.key)
        let inputs = try round.round.read()
        let assignments = try round.assignments(of: inputs)
        let context = RoundScoring.Context(
            ratings: try earlierRatings(signingKey.publicKey, inputs),
            order: try sealingOrder(inputs.number))
        let scored = try self.inputs(inputs, assignments, signingKey)
        let machine = try StopSignals.held { try arithmetic.arithmetic() }
        let judge = Judge(
            Judge.RoundInputs(
                run: inputs.run, base: inputs.base, corpus: inputs.corpus,
                assignments: assignments), lastState: .unknown, microBatch: 1, arithmetic: machine)
        var scoring = RoundScoring(scored, arithmetic: machine)
        let found = try SoundContributions(contributions, judge, inputs.base.layout)
        for contribution in found.contributions {
            try scoring.add(
                contribution.outline, named: contribution.name, read: contribution.read)
        }
        for operand in earlier { try compare(with: operand, &scoring, inputs.base.layout) }
        var progress = Progress(quiet: global.quiet)
        let scores = try scoring.scores(context) { done, total in
            progress.update("measuring merge", done: done, of: total)
        }
        progress.finish()
        var sink = Operand.standardOutput
        for score in scores { try sink.write(score.line(signedWith: signingKey)) }
        if !global.quiet, !scores.isEmpty {
            for line in ScoreTable(scores).lines { Terminal.report(line) }
        }
        if let failed = found.failed { throw ExitCode(failed.rawValue) }
    }

    /// What the round is scored by.
    private func inputs(
        _ inputs: RoundOptions.Round, _ assignments: [Assignment], _ signingKey: SigningKey
    ) throws -> RoundScoring.Inputs {
        let seed = try seed.seed(after: inputs.number, in: inputs.run)
        return RoundScoring.Inputs(
            run: inputs.run, base: inputs.base, assignments: assignments,
            slices: ScoreSlices(
                inputs.corpus, assignments: assignments, seed: seed, size: sequences,
                secret: signingKey.secret(
                    for: "nous-tools private slice v1", of: inputs.base.digest),
                privateText: try privateText(like: inputs.corpus)),
            seed: seed,
            microBatch: arithmetic.evaluationBatch(
                sequenceLength: inputs.corpus.sequenceLength))
    }

    private func compare(
        with operand: String, _ scoring: inout RoundScoring, _ layout: ParameterLayout
    ) throws {
        let artifact = try Operand.readArtifact(
            operand, expecting: .contribution, limits: ContributionFile.limits(layout))
        do throws(MalformedInput) {
            try scoring.compare(with: artifact)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }

    /// Text of the verifier's own, in the tokens and rows of the run's.
    private func privateText(like corpus: TokenizedCorpus) throws -> TokenizedCorpus? {
        guard let privateData else { return nil }
        let own = try TokenizedCorpus.read(privateData)
        guard own.tokenizerDigest == corpus.tokenizerDigest else {
            throw MalformedInput.field(
                "tokenizer", expected: corpus.tokenizerDigest.hex, found: own.tokenizerDigest.hex
            ).within(privateData)
        }
        guard own.sequenceLength == corpus.sequenceLength else {
            throw MalformedInput.field(
                "sequence length", expected: "\(corpus.sequenceLength)",
                found: "\(own.sequenceLength)"
            ).within(privateData)
        }
        return own
    }

    /// The latest ratings before the round by the same verifier.
    private func earlierRatings(
        _ verifier: PublicKey, _ inputs: RoundOptions.Round
    ) throws -> [PublicKey: Score.Rating] {
        var latest: [PublicKey: Score] = [:]
        for operand in ratings {
            for (score, signer) in try ScoreFile.read(operand)
            where signer == verifier && score.run == inputs.run.digest
                && Int(score.round) < inputs.number
            {
                let known = latest[score.worker]
                if let known, known.round == score.round, known.rating != score.rating {
                    throw MalformedInput(
                        "worker \(score.worker) has two ratings after round \(score.round)",
                        in: Operand.name(operand))
                }
                if score.round >= known?.round ?? 0 { latest[score.worker] = score }
            }
        }
        return latest.mapValues(\.rating)
    }

    /// The order in which the ledger has the contributions to a round.
    private func sealingOrder(_ round: Int) throws -> [Digest: Int] {
        guard let sealed else { return [:] }
        var statements = Equivocation.Statements()
        try StatementFile.add(
            sealed, to: &statements, where: { StatementFile.isContribution($0, to: round) },
            passingOver: { if !global.quiet { Terminal.report("nous-verify: warning: \($0)") } })
        var order: [Digest: Int] = [:]
        for (place, claim) in statements.claims.enumerated() where order[claim.digest] == nil {
            order[claim.digest] = place
        }
        return order
    }
}

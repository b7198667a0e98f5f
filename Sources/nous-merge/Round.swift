import Aggregation
import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import Identity
import Numerics
import Rounds
import RunFiles
import Storage

/// Merges accepted contributions into the next checkpoint.
struct Round: Tool {
    static let configuration = CommandConfiguration(
        commandName: "round",
        abstract: "Merge a base checkpoint and its accepted contributions into the next one.",
        discussion: """
            A contribution is merged if at least --quorum of the --verifier keys have signed a \
            verdict "accepted" on it, or "plausible" if it is of class tolerant and the run takes \
            such; verdicts about another run, round or base do not count. All \
            such contributions must be given, in any order, so that whoever has the same verdicts \
            gets the same bytes. --unverified merges all that are given. Where the run file has \
            verification.scores, what as many of these keys object to in --scores is left out, and \
            scores that do not decide are an error.

            Contributions are read one after the other, more than once if the rule asks for it, \
            so memory does not depend on their number; only what is no ordinary file or directory \
            stays in memory. Neither threads nor memory nor the order of arguments change a bit.

            The run file names the rule, "agreement" over senders if it names none, and \
            docs/protocol.md defines it. "Breakdown" is the share of false contributions from \
            which the result may be anything; settings in brackets.

            \(Round.rules)

            Example:
              nous-merge round --run run.yaml --base base.tar.zst \\
                --verdicts verdicts.ndjson --verifier $VERIFIER \\
                *.contribution -o next.tar.zst
            """)

    /// The rules as a table.
    private static var rules: String {
        let rows =
            [("Rule", "Breakdown")]
            + MergeRule.Method.table.map { rule in
                (
                    rule.settings.isEmpty ? rule.name : "\(rule.name) [\(rule.settings)]",
                    rule.breakdown
                )
            }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, breakdown in
            "  " + name + String(repeating: " ", count: width + 2 - name.count) + breakdown
        }.joined(separator: "\n")
    }

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @Option(
        help: ArgumentHelp(
            "The checkpoint trained from; - is standard input.", valueName: "checkpoint"))
    var base: String

    @Option(
        help: ArgumentHelp("What nous-verify printed; - is standard input.", valueName: "file"))
    var verdicts: String?

    @Option(
        help: ArgumentHelp(
            "What nous-verify score printed; - is standard input.", valueName: "file"))
    var scores: String?

    @Option(
        help: ArgumentHelp(
            "Public key of a verifier whose verdicts count; may be repeated.", valueName: "key"))
    var verifier: [String] = []

    @Option(
        help: ArgumentHelp(
            "Verifiers that must accept a contribution; as many as the run says, or more than half "
                + "of them, unless given.", valueName: "n"))
    var quorum: Int?

    @Flag(help: "Merge every contribution given, without verdicts.")
    var unverified = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The next checkpoint; standard output unless given.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Says for every contribution what became of it, in NDJSON; - is standard output.",
            valueName: "file"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Threads; all processors this process may use unless given.", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Memory for what rules by element hold at a time; 1GiB unless given.",
            valueName: "size"))
    var memory: ByteCount?

    @Argument(help: ArgumentHelp("Contributions; - is standard input.", valueName: "contribution"))
    var contributions: [String] = []

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard unverified == (verdicts == nil) else {
            throw ValidationError("give either --verdicts or --unverified")
        }
        guard unverified == verifier.isEmpty else {
            throw ValidationError("--verdicts needs the --verifier keys that count")
        }
        guard quorum == nil || !unverified else {
            throw ValidationError("--quorum counts verdicts, and --unverified has none")
        }
        guard scores == nil || !unverified else {
            throw ValidationError("--scores counts for --verifier keys, and --unverified has none")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
        guard report != "-" || (output != nil && output != "-") else {
            throw ValidationError("--report - needs -o FILE")
        }
        try Operand.expectOneStream([runFile, base, verdicts, scores] + contributions)
    }

    func run() throws {
        let configuration = try RunFile.read(runFile)
        let records = try verdicts.map { try VerdictFile.read($0) }
        let scores = try scores.map { try ScoreFile.read($0) }
        let checkpoint = try CheckpointFile.read(base, of: configuration)
        let selection = try records.map {
            try self.selection($0, scores, configuration, checkpoint)
        }
        try Operand.expectWritable(output)
        if report != "-" { try Operand.expectWritable(report ?? output) }
        var merge = RoundMerge(
            run: configuration, base: checkpoint,
            arithmetic: Arithmetic(threads: threads ?? AvailableProcessors.count))
        try add(to: &merge, selection, ContributionFile.limits(checkpoint.layout))
        let result = try merge.finish(
            memory: memory?.bytes ?? UpdateMerge.memory, accounting: report != nil)
        if let report {
            let lines = result.accounts.flatMap { $0.json.canonicalBytes() + [UInt8(ascii: "\n")] }
            try Operand.write(lines, to: report)
        }
        try Operand.write(result.checkpoint.artifact, to: output)
    }

    /// Adds the contributions that are selected; all that are accepted must be there.
    private func add(
        to merge: inout RoundMerge, _ selection: ContributionSelection?, _ limits: ArtifactLimits
    ) throws {
        var missing = selection?.accepted ?? []
        for operand in contributions {
            let (outline, read) = try ContributionFile.open(operand, limits: limits)
            missing.remove(outline.digest)
            let decision = try within(operand) { () throws(MalformedInput) in
                try selection?.decision(on: outline) ?? .merged
            }
            switch decision {
            case .merged:
                try within(operand) { () throws(MalformedInput) in
                    try merge.add(outline, named: Operand.name(operand), read: read)
                }
            case .notAccepted: try leaveOut(operand, "it is not accepted", read)
            case .leftOut(let objections):
                let reasons = objections.map(\.rawValue).joined(separator: ", ")
                try leaveOut(operand, "its scores say \(reasons)", read)
            }
        }
        if let digest = missing.min() {
            throw Failure(
                .inputMissing, "accepted contribution \(digest) is not among those given",
                hint: "give every accepted contribution, or nobody else gets the same bytes")
        }
    }

    /// Even what is left out must be whole.
    private func leaveOut(
        _ operand: String, _ why: String, _ read: () throws -> Artifact
    ) throws {
        _ = try read()
        warn("leaving out '\(Operand.name(operand))': \(why)")
    }

    private func warn(_ words: String) {
        if !global.quiet { Terminal.report("nous-merge: warning: \(words)") }
    }

    /// What enough trusted verifiers accept or find plausible, and object to.
    private func selection(
        _ records: [(verdict: Verdict, verifier: PublicKey)],
        _ scores: [(score: Score, verifier: PublicKey)]?, _ run: RunConfiguration,
        _ base: Checkpoint
    ) throws -> ContributionSelection {
        let trusted = try Set(verifier.map { try Parse.key($0, "--verifier") })
        if quorum == nil, let least = run.verification.quorum, least > trusted.count {
            throw Failure(
                .usage,
                "--verifier: expected at least \(least) keys, as the run's verification.quorum, "
                    + "found \(trusted.count)")
        }
        let quorum = quorum ?? run.verification.quorum ?? trusted.count / 2 + 1
        guard (1...trusted.count).contains(quorum) else {
            throw Failure(.usage, "--quorum: expected 1 to \(trusted.count), found \(quorum)")
        }
        guard scores != nil || run.verification.scores == nil else {
            throw Failure(
                .usage, "--scores: the run leaves out by scores, and none are given",
                hint: "nous-verify score prints them")
        }
        if scores != nil, run.verification.scores == nil {
            warn("--scores: the run has no verification.scores, so they leave nothing out")
        }
        let verdicts = try within(self.verdicts) { () throws(MalformedInput) in
            try Verdicts(records, of: trusted, run: run, base: base)
        }
        let objections = try scores.map { scores in
            try within(self.scores) { () throws(MalformedInput) in
                try Objections(scores, of: trusted, run: run, base: base)
            }
        }
        return ContributionSelection(verdicts, objections, quorum: quorum, run: run)
    }

    /// Names the operand in what `body` throws.
    private func within<Result>(
        _ operand: String?, _ body: () throws(MalformedInput) -> Result
    ) throws(MalformedInput) -> Result {
        do throws(MalformedInput) {
            return try body()
        } catch {
            throw error.within(Operand.name(operand ?? ""))
        }
    }
}

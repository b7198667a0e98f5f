import Aggregation
import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import Identity
import Rounds
import RunFiles
import Storage

/// Merges accepted contributions into the next checkpoint.
@main
struct NousMerge: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-merge",
        abstract: "Merge a base checkpoint and its accepted contributions into the next one.",
        discussion: """
            Only contributions with a verdict "accepted", signed by one of the --verifier keys, are \
            merged; --unverified merges all that are given. The order of the operands does not \
            matter: whoever merges the same contributions gets the same bytes.

            Example:
              nous-merge --run run.yaml --base base.tar.zst --verdicts verdicts.ndjson \\
                --verifier 9f…x *.contribution -o next.tar.zst
            """,
        version: toolVersion)

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The run file.", valueName: "run.yaml"))
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
            "Public key of a verifier whose verdicts count; may be repeated.", valueName: "key"))
    var verifier: [String] = []

    @Flag(help: "Merge every contribution given, without verdicts.")
    var unverified = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The next checkpoint; standard output unless given.", valueName: "file"))
    var output: String?

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
        try Operand.expectOneStream([runFile, base, verdicts] + contributions)
    }

    func run() throws {
        let configuration = try RunFile.read(runFile)
        let accepted = try acceptedContributions()
        let checkpoint = try CheckpointFile.read(base, of: configuration)
        try Operand.expectWritable(output)
        var merge = RoundMerge(run: configuration, base: checkpoint)
        for operand in contributions {
            let artifact = try Operand.readArtifact(
                operand, expecting: .contribution,
                limits: ContributionFile.limits(checkpoint.layout))
            if let accepted, !accepted.contains(artifact.digest) {
                warn("leaving out '\(Operand.name(operand))': it has no verdict \"accepted\"")
                continue
            }
            do {
                try merge.add(artifact)
            } catch {
                throw error.within(Operand.name(operand))
            }
        }
        try Operand.write(try merge.finish().artifact, to: output)
    }

    /// The contributions that trusted verifiers accepted; none under `--unverified`.
    private func acceptedContributions() throws -> Set<Digest>? {
        guard let verdicts else { return nil }
        let trusted = try Set(verifier.map { try Parse.key($0, "--verifier") })
        var accepted: Set<Digest> = []
        for (verdict, verifier) in try VerdictFile.read(verdicts)
        where verdict.outcome == .accepted && trusted.contains(verifier) {
            accepted.insert(verdict.contribution)
        }
        return accepted
    }

    private func warn(_ words: String) {
        if !global.quiet { Terminal.report("nous-merge: warning: \(words)") }
    }
}

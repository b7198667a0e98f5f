import ArgumentParser
import CommandLineTool
import Encodings
import Rounds
import RunFiles
import Storage
import Verification

/// Draws what is to be audited.
struct Planning: Tool {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Draw which segments of which contributions are to be audited.",
        discussion: """
            The run file's section "verification" says how much. The seed must come after the \
            contributions: that of the roster of the next round, of a checkpoint of the ledger \
            that covers them, or any other that is public. Everybody who has the same seed draws \
            the same, in whatever order contributions are given. Of ledger entries those that are \
            not contributions, or to other rounds, are passed over, and with a warning those that \
            are no claims of this format.

            One line a contribution goes to standard output, and one with the terms: what is \
            found with which probability, what it costs, and the stake with which cheating does \
            not pay. The terms go to standard error too, for people.

            Example:
              nous-verify plan --run run.yaml --next-roster roster-2.json \\
                *.contribution > plan.ndjson
              nous-ledger log --json ledger |
                nous-verify plan --run run.yaml --checkpoint ledger/checkpoint --round 1 -
            """)

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @OptionGroup var seed: SeedOptions

    @Option(
        help: ArgumentHelp(
            "Pass over contributions to other rounds than this.", valueName: "n"))
    var round: Int?

    @Option(
        help: ArgumentHelp(
            "What the work costs its worker, in parts per million of its reward; all of it unless "
                + "given.", valueName: "ppm"))
    var workCost = 1_000_000

    @Option(
        help: ArgumentHelp(
            "What somebody else would pay for one false segment, in base units; nothing unless "
                + "given.", valueName: "amount"))
    var outsideGain: UInt64 = 0

    @Argument(
        help: ArgumentHelp(
            "Contributions, and files of ledger entries; - is standard input.",
            valueName: "contribution"))
    var contributions: [String]

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (0...1_000_000_000).contains(workCost) else {
            throw ValidationError("--work-cost must be from 0 to 1000000000")
        }
        try Operand.expectOneStream([runFile] + seed.operands + contributions)
    }

    func run() throws {
        let run = try RunFile.read(runFile)
        var statements = Equivocation.Statements()
        for operand in contributions {
            try StatementFile.add(
                operand, to: &statements,
                where: { StatementFile.isContribution($0, to: round) },
                passingOver: warn)
        }
        let claims = try distinct(statements.claims, of: run)
        let seed = try seed.seed(after: claims[0].claim.round, in: run)
        let plans = claims.map {
            AuditPlan(of: $0.claim, digest: $0.digest, run: run, seed: seed)
        }
        let summary = AuditSummary(
            plans, tokens: claims.map(\.claim.tokens), run: run,
            AuditSummary.Stakes(workCost: workCost, outsideGain: outsideGain))
        var sink = Operand.standardOutput
        for json in plans.map(\.json) + [summary.json] {
            try sink.write(json.orderedLine)
        }
        guard !global.quiet else { return }
        let width = summary.table.map(\.name.count).max() ?? 0
        for (name, value) in summary.table {
            Terminal.report(name + String(repeating: " ", count: width + 2 - name.count) + value)
        }
    }

    private func warn(_ words: MalformedInput) {
        if !global.quiet { Terminal.report("nous-verify: warning: \(words)") }
    }

    /// The contributions to one round of the run, each once, in the order of their digests.
    private func distinct(
        _ claims: [SignedClaim], of run: RunConfiguration
    ) throws -> [SignedClaim] {
        var found: [Digest: SignedClaim] = [:]
        for claim in claims where round == nil || claim.claim.round == round {
            guard claim.claim.run == run.digest else {
                throw MalformedInput.field(
                    "run", expected: run.digest.hex, found: claim.claim.run.hex
                ).within("contribution \(claim.digest)")
            }
            found[claim.digest] = claim
        }
        let sorted = found.values.sorted { $0.digest < $1.digest }
        guard let first = sorted.first else {
            throw Failure(.inputMissing, "expected contributions to a round, found none")
        }
        if let other = sorted.first(where: { $0.claim.round != first.claim.round }) {
            throw Failure(
                .usage,
                "expected contributions to one round, found some to rounds "
                    + "\(first.claim.round) and \(other.claim.round)",
                hint: "give --round")
        }
        return sorted
    }
}

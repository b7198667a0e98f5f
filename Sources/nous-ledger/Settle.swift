import ArgumentParser
import CommandLineTool
import Encodings
import Settlement

/// Pays for a round.
struct Settle: Tool {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Share out a round's reward, slash proven lies, and print what was moved.",
        discussion: """
            Rounds are settled in order. A settled round is only printed again. While too few \
            verifiers have decided about a contribution the answer is no (status 1).

            Example:
              nous-ledger settle ledger --round 1 --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("The round.", valueName: "n"))
    var round: UInt32

    @Flag(help: "Settle although contributions are undecided; they are not paid.")
    var closeUndecided = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let unit = writer.state.genesis.unit
        guard let settlement = try settlement(&writer) else {
            throw Failure(
                .answerIsNo,
                "round \(round) cannot be settled before round \(writer.state.nextRound)")
        }
        try writer.commit()
        try Operand.print(
            json
                ? String(decoding: settlement.json.canonicalBytes(), as: UTF8.self)
                : settlement.describe(in: unit))
    }

    /// The settlement of the round, new or old, or `nil` when it is not its turn.
    private func settlement(_ writer: inout LedgerWriter) throws -> RoundSettlement? {
        if let settled = writer.state.settlement(of: round) { return settled }
        guard round == writer.state.nextRound else { return nil }
        let settlement = writer.state.settlementOfNextRound()
        guard settlement.undecided.isEmpty || closeUndecided else {
            throw Failure(
                .answerIsNo,
                "\(settlement.undecided.count) contributions to round \(round) are undecided",
                hint: "append more verdicts, or settle with --close-undecided")
        }
        _ = try writer.submit(LedgerRecord(settlement))
        return settlement
    }
}

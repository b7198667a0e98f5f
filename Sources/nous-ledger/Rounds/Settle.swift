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
            With dispute rounds it is provisional, and the round becomes final whose disputes end \
            with it. A settled round is only printed again. The answer is no (status 1) while the \
            round is not open or has no contributions, or too few verifiers have decided about one \
            of the round that would become final.

            Example:
              nous-ledger settle ledger --round 1 --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var round: RoundOption

    @Flag(help: "Settle although contributions are undecided; they are not paid.")
    var closeUndecided = false

    @Flag(help: "Settle although there are no contributions.")
    var empty = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let settlement: RoundSettlement
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let unit = writer.state.genesis.unit
        if round.number < writer.state.nextRound {
            // What is settled is derived again from the entries before it.
            settlement = try Ledger.settlement(of: round.number, in: ledger)
        } else {
            settlement = try self.settlement(of: round.number, &writer)
            try writer.commit()
        }
        try Operand.print(
            json
                ? String(decoding: settlement.json.canonicalBytes(), as: UTF8.self)
                : settlement.describe(in: unit))
    }

    /// The settlement of the round that is open.
    private func settlement(
        of round: UInt32, _ writer: inout LedgerWriter
    ) throws -> RoundSettlement {
        guard round == writer.state.openRound else {
            throw Failure(.answerIsNo, "round \(round) is not open")
        }
        guard empty || !writer.state.works.isEmpty else {
            throw Failure(
                .answerIsNo, "round \(round) has no contributions",
                hint: "append some, or settle with --empty")
        }
        let settlement = writer.state.settlementOfNextRound()
        if let final = settlement.final, !final.undecided.isEmpty, !closeUndecided {
            throw Failure(
                .answerIsNo,
                "\(final.undecided.count) contributions to round \(final.round) are undecided",
                hint: "append more verdicts, or settle with --close-undecided")
        }
        _ = try writer.submit(settlement.entryBody)
        return settlement
    }
}

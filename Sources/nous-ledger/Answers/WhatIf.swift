import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import Storage
import TransparencyLog

/// Derives a round under another rule.
struct WhatIf: Tool {
    static let configuration = CommandConfiguration(
        commandName: "what-if",
        abstract: "Show what a round would have paid under another reward rule.",
        discussion: """
            The round is derived again from the same entries: work, verdicts and pool are as they \
            were. A round that is not settled yet is derived from what is known of it.

            The rules: \(RewardRule.names.joined(separator: ", ")); capped-tokens needs --cap.

            Example:
              nous-ledger what-if ledger --round 1 --rule 'equal-per-finisher v1'
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var round: RoundOption

    @Option(help: ArgumentHelp("The other rule.", valueName: "name"))
    var rule: String

    @Option(
        help: ArgumentHelp(
            "The tokens that count for a worker at most, for the rule that has a cap.",
            valueName: "tokens"))
    var cap: UInt64?

    @Flag(help: "Print one JSON object for each worker, with base units as strings.")
    var json = false

    func run() throws {
        guard let rule = RewardRule(named: rule, cap: cap) else {
            throw Failure(
                .usage,
                "--rule: expected one of \(RewardRule.names.joined(separator: ", ")),"
                    + " capped-tokens with --cap")
        }
        let state = try lastStateBeforeFinal()
        guard let was = state.outcome(of: round.number, under: state.genesis.rewardRule),
            let would = state.outcome(of: round.number, under: rule)
        else { throw Failure(.answerIsNo, "round \(round.number) is not open") }
        let paid = Dictionary(uniqueKeysWithValues: was.credits.map { ($0.worker, $0.amount) })
        let unit = state.genesis.unit
        for credit in would.credits {
            let before = paid[credit.worker] ?? 0
            try Operand.print(
                json
                    ? line(credit, before)
                    : "\(credit.worker)\t\(unit.describe(before))\t\(unit.describe(credit.amount))"
                        + "\tfor \(credit.tokens) tokens")
        }
    }

    /// The state in which the round became final, or the last one if it is not.
    private func lastStateBeforeFinal() throws -> LedgerState {
        var size: UInt64?
        let whole = try Ledger.read(ledger) { _, state in
            if size == nil, state.finalRounds >= round.number { size = state.entryCount - 1 }
        }
        return try size.map { try Ledger.read(ledger, size: $0).state } ?? whole.state
    }

    private func line(_ credit: RoundOutcome.Credit, _ before: UInt64) -> String {
        let json: JSON = [
            "type": "what-if",
            "worker": .string(credit.worker.base58),
            "tokens": .integer(Int64(credit.tokens)),
            "paid": Amount.json(before),
            "would_be_paid": Amount.json(credit.amount),
        ]
        return json.orderedText
    }
}

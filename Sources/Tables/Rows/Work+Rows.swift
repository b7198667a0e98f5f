import Encodings
import Identity
import Settlement

extension Join {
    /// The row of a membership, which ends before the round `end` if the worker gave notice.
    func row(entry: UInt64, worker: PublicKey, end: UInt32?) -> TableRow {
        TableRow(
            .members,
            [
                Cell(entry), Cell(worker), Cell(payout), .amount(stake), Cell(throughput),
                Cell(round), Cell(end),
            ])
    }
}

extension SealedContribution {
    /// The row of sealed work.
    func row(entry: UInt64) -> TableRow {
        TableRow(
            .contributions,
            [
                Cell(entry), Cell(digest), Cell(claim.worker), Cell(claim.round),
                Cell(claim.base), Cell(claim.tokens),
                .text(claim.isTolerant ? "tolerant" : "exact"),
            ])
    }
}

extension LedgerTables {
    /// The row of a verdict, whose record the ledger has checked.
    static func verdict(_ record: JSON?, entry: UInt64, isRevision: Bool) -> TableRow {
        let words = ["verifier", "contribution", "verdict", "reason"].map { name in
            // A reason may hold a NUL, where text ends in SQLite.
            Cell(record?[name]?.string?.replacing("\0", with: "\u{FFFD}"))
        }
        return TableRow(.verdicts, [Cell(entry)] + words + [Cell(isRevision ? 1 : 0)])
    }
}

extension LedgerTables.RoundEntries {
    /// The row of a round.
    func row(round: UInt32, phase: RoundPhase) -> TableRow {
        TableRow(
            .rounds,
            [
                Cell(round), .text(phase.rawValue), Cell(opened), Cell(closed), Cell(settled),
                Cell(finished), Cell(contributions), .amount(outcome?.pool),
                .amount(outcome?.paid), .amount(outcome?.slashed),
            ])
    }
}

extension RoundOutcome {
    /// The rows of what the settlement in `entry` says of each worker of the round.
    func rows(entry: UInt64, isFinal: Bool) -> [TableRow] {
        let row = { (worker: PublicKey, word: String, figures: [Cell]) in
            TableRow(
                .outcomes,
                [Cell(entry), Cell(round), Cell(worker), Cell(isFinal ? 1 : 0), .text(word)]
                    + figures)
        }
        let none = [Cell](repeating: .null, count: 4)
        return credits.map {
            row($0.worker, "credit", [Cell($0.tokens), .amount($0.amount), .null, .null])
        }
            + slashes.map {
                row(
                    $0.worker, "slash",
                    [.null, .amount($0.amount), .amount($0.stake), .amount($0.owed)])
            } + rejected.map { row($0, "rejected", none) }
            + undecided.map { row($0, "undecided", none) }
    }
}

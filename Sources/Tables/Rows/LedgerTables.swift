import Encodings
import Identity
import Settlement
import TransparencyLog

/// The rows of all tables of a ledger, taken from its entries one by one.
package struct LedgerTables {
    /// Reads the ledger in a directory and hands over every row.
    ///
    /// The rows are a pure function of the entries, in an order that is one, too. Those that an entry
    /// settles come with it, the others at the end.
    package static func read(_ path: String, _ write: (TableRow) throws -> Void) throws {
        var tables = LedgerTables()
        let ledger = try Ledger.read(path) { try tables.take($0, $1, write) }
        try tables.finish(ledger, write)
    }

    /// The workers that joined and did not give notice yet, and the entries that say so.
    var memberships: [PublicKey: (entry: UInt64, join: Join)] = [:]
    /// The rounds that are not final yet.
    var rounds: [UInt32: RoundEntries] = [:]
    /// The entries that fix how an export is paid, and that say what became of it.
    var payments: [UInt32: (fixed: UInt64?, reconciled: UInt64?)] = [:]
    /// The entry that made each export.
    var exports: [UInt64] = []

    /// Which entries are about a round, and what its work came to so far.
    struct RoundEntries {
        var opened: UInt64
        var closed: UInt64?
        var settled: UInt64?
        var finished: UInt64?
        var contributions = 0
        var outcome: RoundOutcome?
    }

    /// Takes the next entry, which led to `state`.
    mutating func take(
        _ entry: LogEntry, _ state: LedgerState, _ write: (TableRow) throws -> Void
    ) throws {
        let number = state.entryCount - 1
        let type = entry.body["type"]?.string ?? ""
        try write(
            TableRow(
                .entries,
                [
                    Cell(number), .text(type), Cell(entry.author), Cell(entry.sequence),
                    Cell(entry.digest),
                ]))
        for (place, movement) in state.movements.enumerated() {
            try write(movement.row(entry: number, place: place))
        }
        switch type {
        case "join": memberships[entry.author] = (number, try Join(entry.body))
        case "leave": try leave(entry, write)
        case "rotation":
            let rotation = try Rotation(entry.body, run: state.genesis.run)
            memberships[rotation.new] = memberships.removeValue(forKey: rotation.old)
        case "opening": rounds[state.nextRound] = RoundEntries(opened: number)
        case "closing": rounds[state.nextRound]?.closed = number
        case "contribution":
            rounds[state.nextRound]?.contributions += 1
            let sealed = try SealedContribution(entry.body, checkingSignature: false)
            try write(sealed.row(entry: number))
        case "verdict": try write(Self.verdict(entry.body, entry: number, isRevision: false))
        case "revision":
            try write(Self.verdict(entry.body["verdict"], entry: number, isRevision: true))
        case "settlement": try settle(number, state, write)
        case "export": exports.append(number)
        case "payment":
            payments[try ExportPayment(entry.body).export] = (number, nil)
        case "reconciliation":
            payments[try ExportReconciliation(entry.body).export]?.reconciled = number
        default: break
        }
    }

    /// The row of a worker that gives notice.
    private mutating func leave(
        _ entry: LogEntry, _ write: (TableRow) throws -> Void
    ) throws {
        guard let member = memberships.removeValue(forKey: entry.author) else { return }
        let end = try RoundNotice(.leave, entry.body).round
        try write(member.join.row(entry: member.entry, worker: entry.author, end: end))
    }

    /// The rows of what a settlement says of its round, and of the one that becomes final with it.
    private mutating func settle(
        _ number: UInt64, _ state: LedgerState, _ write: (TableRow) throws -> Void
    ) throws {
        guard let settlement = state.lastSettlement else { return }
        let outcome = settlement.outcome
        rounds[outcome.round]?.settled = number
        rounds[outcome.round]?.outcome = outcome
        if settlement.final != outcome {
            for row in outcome.rows(entry: number, isFinal: false) { try write(row) }
        }
        guard let final = settlement.final, var round = rounds.removeValue(forKey: final.round)
        else { return }
        for row in final.rows(entry: number, isFinal: true) { try write(row) }
        (round.finished, round.outcome) = (number, final)
        try write(round.row(round: final.round, phase: .final))
    }

    /// The rows of what the entries come to in the end.
    func finish(_ ledger: Ledger, _ write: (TableRow) throws -> Void) throws {
        let state = ledger.state
        for (worker, member) in memberships.sorted(by: { $0.value.entry < $1.value.entry }) {
            try write(member.join.row(entry: member.entry, worker: worker, end: nil))
        }
        for (number, round) in rounds.sorted(by: { $0.key < $1.key }) {
            try write(round.row(round: number, phase: state.phase(of: number)))
        }
        for account in [.treasury] + state.keys.map(Account.key) {
            try write(state.row(of: account))
        }
        for (entry, export) in zip(exports, state.exports) {
            let places = payments[export.number]
            try write(
                export.row(entry: entry, fixed: places?.fixed, reconciled: places?.reconciled))
            for row in export.paymentRows { try write(row) }
        }
        try write(ledger.row)
    }
}

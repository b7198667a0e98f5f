package import Encodings
import Storage
package import TransparencyLog

/// Everything about a ledger derived again from its files, and what was counted on the way.
package struct LedgerAudit: Sendable {
    /// The ledger, all of it checked.
    package let ledger: Ledger
    /// Signatures checked: on the checkpoint, on each line, and on each record in a line.
    package let signatureCount: Int
    /// Whole entries beyond the checkpoint, and bytes of a torn write after them.
    package let tail: LogTail

    /// Checks a log against itself.
    ///
    /// - Throws: `MalformedInput` naming the file or the first entry at fault.
    package init(_ log: LogSnapshot) throws(MalformedInput) {
        ledger = try Ledger(log, checking: .everything)
        do throws(MalformedInput) {
            tail = try LogTail(log.tail, following: log.entries[log.entries.count - 1])
        } catch {
            throw error.within(LogDirectory.entriesName)
        }
        let unsigned = 1 + ledger.state.settlements.count
        signatureCount = 1 + 2 * log.entries.count - unsigned
    }

    /// Checks that the log continues the one an earlier checkpoint speaks of.
    ///
    /// A log cut back and signed anew verifies by itself; against a checkpoint that somebody kept
    /// it does not.
    package func check(against earlier: LogCheckpoint) throws(MalformedInput) {
        let log = ledger.log
        guard earlier.origin == log.checkpoint.origin else {
            throw MalformedInput("the checkpoint is of another log, '\(earlier.origin)'")
        }
        guard earlier.size <= log.entries.count else {
            throw MalformedInput(
                "the log has \(log.entries.count) entries, the earlier checkpoint \(earlier.size)")
        }
        guard log.checkpoint(at: Int(earlier.size)).root == earlier.root else {
            throw MalformedInput(
                "the first \(earlier.size) entries are not those of the checkpoint")
        }
    }
}

extension LedgerState {
    /// What all settlements paid, in base units.
    package var paid: UInt128 {
        settlements.reduce(0) { $0 + $1.credits.reduce(0) { $0 + UInt128($1.amount) } }
    }

    /// What all settlements slashed, in base units.
    package var slashed: UInt128 {
        settlements.reduce(0) { $0 + $1.slashes.reduce(0) { $0 + UInt128($1.amount) } }
    }

    /// The sum of all balances of keys, in base units.
    package var held: UInt64 { balances.values.reduce(0, +) }

    /// The sum of all stakes, in base units.
    package var staked: UInt64 { members.values.reduce(0) { $0 + $1.stake } }
}

package import Encodings
package import Identity
import Storage
package import TransparencyLog

/// The one writer of a ledger: applies records to the state, then appends them all at once.
package struct LedgerWriter: ~Copyable {
    /// The state with everything submitted so far.
    package private(set) var state: LedgerState
    /// What an append that did not finish left behind.
    package var tail: LogTail { writer.tail }

    private let writer: LogWriter
    private let key: SigningKey
    private var added: [LogEntry] = []

    /// What became of a submitted record.
    package struct Receipt: Sendable, Equatable {
        /// The entry that holds the record.
        package let sequence: UInt64
        /// Whether the ledger did not hold it before.
        package let isNew: Bool
    }

    /// Locks the ledger in a directory, to be written with the operator's key.
    package init(
        locking path: String, operatorKey key: SigningKey, timeoutSeconds: Int
    ) throws {
        let writer = try LogWriter(locking: LogDirectory(path), timeoutSeconds: timeoutSeconds)
        let state: LedgerState
        do throws(MalformedInput) {
            state = try LedgerState(replaying: writer.entries, checkingSignatures: false)
            guard key.publicKey == state.genesis.keeper else {
                throw MalformedInput(
                    "the operator is \(state.genesis.keeper), not \(key.publicKey)")
            }
        } catch {
            throw error.within(path)
        }
        self.state = state
        self.writer = writer
        self.key = key
    }

    /// Applies a record; one the ledger holds already changes nothing.
    ///
    /// - Throws: `MalformedInput` when a rule forbids it or it makes no valid line; the record is
    ///   then left out.
    package mutating func submit(_ record: LedgerRecord) throws(MalformedInput) -> Receipt {
        if let sequence = state.sequence(of: record) {
            return Receipt(sequence: sequence, isNew: false)
        }
        let last = added.last ?? writer.entries[writer.entries.count - 1]
        let entry = try LogEntry(body: record.body, following: last, signedWith: key)
        try state.apply(record)
        added.append(entry)
        return Receipt(sequence: entry.sequence, isNew: true)
    }

    /// Opens a round, unless it was opened already.
    package mutating func open(_ round: UInt32) throws(MalformedInput) {
        guard round >= state.nextToOpen else { return }
        let opening = Opening(state.reference, round: round)
        _ = try submit(try LedgerRecord(SignedRecord.sign(opening.json, with: key)))
    }

    /// Appends what was submitted, durably, and lets go of the lock.
    package consuming func commit() throws {
        try writer.append(added, signedWith: key)
    }
}

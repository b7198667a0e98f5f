import Encodings
package import TransparencyLog

/// A ledger as it can be read: the log, and the state its entries lead to.
package struct Ledger: Sendable {
    /// Where the entries are, and the checkpoint.
    package let log: LogSnapshot
    /// What the log's entries lead to.
    package let history: LogHistory
    /// What they say about work and money.
    package let state: LedgerState

    /// Replays a log; hashes, places, root and rules are checked, and signatures as told.
    ///
    /// Only the first `size` entries count, if that is given. `visit` sees every entry with the state
    /// that it leads to.
    package init(
        _ log: LogSnapshot, size: UInt64? = nil, signatures: SignatureChecking,
        _ visit: (LogEntry, LedgerState) throws -> Void = { _, _ in }
    ) throws {
        var replay = LedgerReplay()
        self.log = log
        history = try log.replay(
            size: size, signatures: signatures,
            reading: { try LedgerRecord($0, checking: $1 ? .all : .verifiers) }
        ) { _, entry, record in
            try replay.apply(entry, record)
            if let state = replay.state { try visit(entry, state) }
        }
        guard let state = replay.state else { preconditionFailure("a log has its first entry") }
        try state.checkConservation()
        self.state = state
    }

    /// Reads the ledger in a directory without a lock, trusting the operator's signature.
    package static func read(
        _ path: String, size: UInt64? = nil,
        _ visit: (LogEntry, LedgerState) throws -> Void = { _, _ in }
    ) throws -> Ledger {
        try Ledger(LogSnapshot(LogDirectory(path)), size: size, signatures: .none, visit)
    }
}

/// Applies the entries of a log one by one, the genesis first.
struct LedgerReplay {
    /// The state after the entries so far; nil before the first.
    private(set) var state: LedgerState?

    /// Applies the next entry.
    mutating func apply(_ entry: LogEntry, _ record: LedgerRecord) throws(MalformedInput) {
        guard state != nil else {
            let genesis = try Genesis(entry.body)
            guard genesis.keeper == entry.author else {
                throw .field(
                    "operator", expected: "\(entry.author), who signed the entry",
                    found: "\(genesis.keeper)")
            }
            state = try LedgerState(genesis)
            return
        }
        try state?.apply(record)
    }
}

extension Ledger {
    /// What a round that is settled moved, derived from the entries before its settlement.
    package static func settlement(of round: UInt32, in path: String) throws -> RoundSettlement {
        var settlement: RoundSettlement?
        _ = try read(path) { _, state in
            if let last = state.lastSettlement, last.round == round { settlement = last }
        }
        guard let settlement else { preconditionFailure("a round that is settled") }
        return settlement
    }
}

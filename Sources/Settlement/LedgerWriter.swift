package import Encodings
package import Identity
package import Storage
import TransparencyLog

/// The one writer of a ledger: applies records to the state, then appends them all at once.
package struct LedgerWriter: ~Copyable {
    /// The state with everything submitted so far.
    package private(set) var state: LedgerState
    /// How many tiles of an append that did not finish were removed.
    package var removedCount: Int { writer.removedCount }

    private let writer: LogWriter
    private let key: SigningKey
    private var places: AuthorPlaces
    private var added: [LogEntry] = []

    /// What became of a submitted record.
    package struct Receipt: Sendable, Equatable {
        /// The number of the entry that holds the record.
        package let entry: UInt64
        /// The identity of the record.
        package let record: Digest
        /// Whether the ledger did not hold it before.
        package let isNew: Bool
    }

    /// Locks the ledger in a directory, to be written with the operator's key.
    ///
    /// That key has signed what is read, and a writer signs only what it has checked: hashes, root
    /// and rules are checked again, signatures are not.
    package init(
        locking path: String, operatorKey key: SigningKey, timeoutSeconds: Int
    ) throws {
        var replay = LedgerReplay()
        let writer = try LogWriter(
            locking: LogDirectory(path), keeper: key.publicKey, timeoutSeconds: timeoutSeconds,
            reading: { try LedgerRecord($0, checking: .none) }
        ) { entry, record in
            try replay.apply(entry, record)
        }
        guard let state = replay.state else { preconditionFailure("a log has its first entry") }
        try state.checkConservation()
        self.state = state
        places = writer.history.places
        self.writer = writer
        self.key = key
    }

    /// Whether an entry of `author` waits in the inbox for its place.
    package func hasWaiting(of author: PublicKey) -> Bool {
        let waiting = (try? Inbox(of: writer.snapshot.directory).entries()) ?? []
        return places.next(of: author, following: waiting) != places.next(of: author)
    }

    /// Applies what somebody handed in; what the ledger holds already changes nothing.
    ///
    /// - Throws: `MalformedInput` when a rule forbids it or it makes no valid line; it is then left
    ///   out.
    package mutating func submit(_ submission: Submission) throws(MalformedInput) -> Receipt {
        switch submission {
        case .entry(let entry):
            let record = try LedgerRecord(entry, checking: .all)
            if let receipt = receipt(of: record) { return receipt }
            try places.check(entry)
            return try add(entry, record)
        case .record(let json): return try submit(json, by: key)
        }
    }

    /// Applies a record in the operator's own name.
    package mutating func submit(_ body: JSON) throws(MalformedInput) -> Receipt {
        try submit(body, by: key)
    }

    /// Applies a record in the name of `author`, in the place after its last entry.
    package mutating func submit(
        _ body: JSON, by author: SigningKey
    ) throws(MalformedInput) -> Receipt {
        let record = try LedgerRecord(body, by: author.publicKey)
        if record.isKnownByContent, let receipt = receipt(of: record) { return receipt }
        let entry = try LogEntry(
            body: body, in: places.next(of: author.publicKey), of: places.log,
            signedWith: author)
        return try add(entry, record.placed(in: entry))
    }

    private func receipt(of record: LedgerRecord) -> Receipt? {
        state.entry(of: record).map {
            Receipt(entry: $0, record: record.identity, isNew: false)
        }
    }

    private mutating func add(
        _ entry: LogEntry, _ record: LedgerRecord
    ) throws(MalformedInput) -> Receipt {
        let number = state.entryCount
        try state.apply(record)
        try places.append(entry)
        added.append(entry)
        return Receipt(entry: number, record: record.identity, isNew: true)
    }

    /// Opens a round, unless it was opened already.
    ///
    /// - Returns: the roster, if the opening is the first entry after the checkpoint, whose digest is
    ///   its seed.
    package mutating func open(_ round: UInt32) throws(MalformedInput) -> JSON? {
        guard round >= state.nextToOpen else { return nil }
        _ = try submit(RoundNotice(.opening, round: round).json)
        guard added.count == 1 else { return nil }
        return state.roster(
            of: round, state.rosterLines(of: round), seed: writer.snapshot.checkpoint.digest)
    }

    /// Appends what was submitted, durably, and lets go of the lock.
    package consuming func commit() throws {
        try writer.append(added, signedWith: key)
    }
}

import Encodings
import Identity
import Settlement
import Storage
import TransparencyLog

/// Takes records into the state of a ledger.
///
/// In most rounds they are values that nobody signed, and the state alone checks them. In a signed
/// round each is an entry: made, signed, written to a log, read back from its line with every
/// signature in it checked, and then applied to the same state.
struct RecordDesk {
    /// What the records lead to.
    private(set) var state: LedgerState
    /// Whether records are signed now.
    var isSigned = false
    /// How many records of each kind there were.
    private(set) var counts: [String: Int] = [:]
    /// Entries of each kind in the log, and their bytes.
    private(set) var logged: [String: (count: Int, bytes: Int)] = [:]

    /// The operator's key.
    let keeper: SigningKey

    private let log: LogDirectory
    private var places: AuthorPlaces
    private var waiting: [LogEntry] = []

    /// A desk before the first record, with a log of its own in the directory `path`.
    init(_ genesis: Genesis, keeper: SigningKey, path: String) throws {
        self.keeper = keeper
        state = try LedgerState(genesis)
        try? Files.removeTree(path)
        log = LogDirectory(path)
        try log.create(with: genesis.json, signedWith: keeper, timeoutSeconds: 1)
        places = try LogSnapshot(log).replay(signatures: .none) { _, _ in }.places
    }

    /// Takes a record in the words of its author.
    mutating func enter(_ body: JSON, by key: SigningKey) throws {
        guard isSigned else {
            count(body["type"]?.string ?? "")
            return try state.apply(LedgerRecord(body, by: key.publicKey))
        }
        try enter(entry(body, by: key))
    }

    /// Takes a record in the operator's words.
    mutating func enter(_ body: JSON) throws { try enter(body, by: keeper) }

    /// Takes signed records that the operator hands in.
    mutating func enter(signed bodies: [JSON]) throws {
        for body in bodies { try enter(entry(body, by: keeper)) }
    }

    /// Takes a record that nobody signed.
    mutating func enter(_ content: LedgerRecord.Content, _ kind: String, identity: Digest) throws {
        count(kind)
        try state.apply(
            LedgerRecord(vouchingFor: content, identity: identity, by: keeper.publicKey))
    }

    /// Writes the entries of a signed round to the log, durably.
    mutating func publish() throws {
        guard !waiting.isEmpty else { return }
        let writer = try LogWriter(
            locking: log, keeper: keeper.publicKey, timeoutSeconds: 1, reading: { _ in }
        ) { _, _ in }
        try writer.append(waiting, signedWith: keeper)
        waiting = []
    }

    /// Reads the whole log again, with all signatures, and says how many entries it has.
    func auditLog() throws -> UInt64 {
        let snapshot = try LogSnapshot(log)
        _ = try snapshot.checkFiles()
        return try snapshot.replay(signatures: .all) { _, _ in }.size
    }

    /// The next entry of an author.
    private mutating func entry(_ body: JSON, by key: SigningKey) throws -> LogEntry {
        let entry = try LogEntry(
            body: body, in: places.next(of: key.publicKey), of: places.log, signedWith: key)
        try places.append(entry)
        return entry
    }

    private mutating func enter(_ entry: LogEntry) throws {
        try entry.verifySignature()
        let record = try LedgerRecord(entry, checking: .all)
        let kind = entry.body["type"]?.string ?? ""
        count(kind)
        // In a bundle a line has its length before it; its hash is in one tile and the tiles above.
        let bytes = entry.line.count + 2 + Digest.byteCount * 256 / 255
        logged[kind, default: (0, 0)].count += 1
        logged[kind, default: (0, 0)].bytes += bytes
        try state.apply(record)
        waiting.append(entry)
    }

    private mutating func count(_ kind: String) { counts[kind, default: 0] += 1 }
}

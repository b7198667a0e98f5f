import Encodings
import Identity
import Settlement
import TestFiles
import TransparencyLog

/// A ledger in a directory of its own, with entries as the operator may have written them.
struct LedgerSample {
    let directory: TemporaryDirectory
    let sample = RunSample()
    var log: LogDirectory { LogDirectory(directory.file("ledger")) }

    /// The log of these bodies after `first`, each by its author; nothing asks whether the rules allow
    /// them.
    init(first: JSON, _ entries: [(body: JSON, author: SigningKey)]) throws {
        directory = try TemporaryDirectory()
        let keeper = sample.keeper
        try log.create(with: first, signedWith: keeper, timeoutSeconds: 1)
        let writer = try LogWriter(locking: log, timeoutSeconds: 1, reading: { _ in }) { _, _ in }
        var (places, added) = (writer.history.places, [LogEntry]())
        for (body, author) in entries {
            let entry = try LogEntry(
                body: body, in: places.next(of: author.publicKey), of: places.log,
                signedWith: author)
            try places.append(entry)
            added.append(entry)
        }
        try writer.append(added, signedWith: keeper)
    }

    /// The log of the sample's terms, or others, and these records.
    init(_ records: [LedgerRecord], terms: Genesis? = nil) throws {
        let sample = RunSample()
        let keys = [sample.keeper] + sample.workers + sample.verifiers
        try self.init(
            first: try (terms ?? sample.genesis()).json,
            records.map { record in
                guard let key = keys.first(where: { $0.publicKey == record.author }) else {
                    preconditionFailure("a record by somebody of the sample")
                }
                return (record.body, key)
            })
    }

    func ledger() throws -> Ledger { try Ledger(LogSnapshot(log), signatures: .all) }

    func roster(round: UInt32) throws -> JSON? {
        try Ledger.roster(of: round, in: log.path)
    }

    func audit() throws -> LedgerAudit { try LedgerAudit(LogSnapshot(log)) }
}

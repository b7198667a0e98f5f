import Artifacts
import Encodings
import Foundation
import Identity
import Settlement
import Storage
import Testing
import TransparencyLog

@Suite("An audit")
struct AuditTests {
    /// The files of a ledger with one settled round.
    struct Files {
        let checkpoint: [UInt8]
        let entries: [UInt8]

        /// Builds the log in memory, entry by entry.
        init(_ bodies: [JSON], key: SigningKey) throws {
            var log: [LogEntry] = []
            for body in bodies {
                log.append(
                    try LogEntry(
                        body: body, sequence: UInt64(log.count),
                        previous: log.last?.digest ?? LogEntry.beforeFirst, signedWith: key))
            }
            entries = log.flatMap(\.line)
            checkpoint = try LogCheckpoint(
                origin: LogCheckpoint.origin(ofGenesis: log[0].line),
                leafHashes: log.map(\.leafHash)
            ).note(signedWith: key)
        }

        func audit() throws(MalformedInput) -> LedgerAudit {
            try LedgerAudit(LogSnapshot(checkpointFile: checkpoint, entriesFile: entries))
        }
    }

    let sample = RunSample()

    func bodies() throws -> [JSON] {
        var state = try sample.state()
        let (worker, liar) = (sample.workers[0], sample.workers[1])
        let (honest, lie) = (try sample.sealed(worker), try sample.sealed(liar))
        var records = [
            try sample.join(worker), try sample.join(liar), try sample.opening(),
            LedgerRecord(honest), LedgerRecord(lie),
        ]
        for verifier in sample.verifiers.prefix(2) {
            records.append(try sample.verdict(.accepted, of: honest, by: verifier))
            records.append(try sample.verdict(.notReproduced, of: lie, by: verifier))
        }
        for record in records { try state.apply(record) }
        let settlement = LedgerRecord(state.settlementOfNextRound())
        return [state.genesis.json] + (records + [settlement]).map(\.body)
    }

    @Test("of a ledger in order says what it counted")
    func inOrder() throws {
        let audit = try Files(try bodies(), key: sample.keeper).audit()
        #expect(audit.signatureCount == 1 + 11 + 9)
        #expect(audit.ledger.state.paid == 1_000)
        #expect(audit.ledger.state.slashed == 50)
        #expect(audit.summary.contains("11 entries, 21 signatures, 1 rounds settled"))
    }

    @Test(
        "refuses what the rules do not allow even when the operator signs it, and names the entry")
    func dishonestOperator() throws {
        let honest = try bodies()
        let cases: [(String, [JSON], Int)] = [
            ("a verdict left out", honest.removing(6), 10 - 1),
            ("a settlement twice", honest + [honest[10]], 11),
            ("a join twice", honest + [honest[1]], 11),
            ("an opening left out", honest.removing(3), 3),
            ("a second genesis", honest + [honest[0]], 11),
            ("no genesis", Array(honest.dropFirst()), 0),
            ("a verdict before its contribution", honest.swapping(4, 6), 4),
            ("an altered join", honest.replacing(1, "stake", by: "5"), 1),
            ("an altered claim", honest.replacing(4, "claim", by: "{}"), 4),
            ("an altered verdict", honest.replacing(7, "verdict", by: "accepted"), 7),
            ("altered pay", honest.replacing(10, "unpaid", by: "1"), 10),
            (
                "another operator",
                honest.replacing(0, "operator", by: .string(sample.workers[0].publicKey.base58)), 0
            ),
            ("an unknown kind", honest + [["type": "gift", "signature": "x"]], 11),
        ]
        for (name, bodies, entry) in cases {
            let files = try Files(bodies, key: sample.keeper)
            let error = #expect(throws: MalformedInput.self, "\(name)") { try files.audit() }
            #expect(error?.subject?.contains("entry \(entry)") == true, "\(name): \(error as Any)")
        }
    }

    @Test("finds every flipped byte of a settled ledger")
    func flipped() throws {
        let files = try Files(try bodies(), key: sample.keeper)
        for index in stride(from: 0, to: files.entries.count, by: 13) {
            var entries = files.entries
            entries[index] ^= [0x01, 0x20, 0x80][index % 3]
            let checkpoint = files.checkpoint
            #expect(throws: MalformedInput.self, "byte \(index)") {
                try LedgerAudit(LogSnapshot(checkpointFile: checkpoint, entriesFile: entries))
            }
        }
    }

    @Test("against an earlier checkpoint finds a log that was cut back and signed anew")
    func rollback() throws {
        let bodies = try bodies()
        let (full, cut) = (
            try Files(bodies, key: sample.keeper),
            try Files(Array(bodies.prefix(5)), key: sample.keeper)
        )
        let kept = try full.audit().ledger.log.checkpoint
        let earlier = try cut.audit().ledger.log.checkpoint
        try full.audit().check(against: earlier)
        #expect(throws: MalformedInput.self) { try cut.audit().check(against: kept) }
    }
}

extension [JSON] {
    fileprivate func removing(_ index: Int) -> [JSON] {
        enumerated().filter { $0.offset != index }.map(\.element)
    }

    fileprivate func swapping(_ first: Int, _ second: Int) -> [JSON] {
        var result = self
        result.swapAt(first, second)
        return result
    }

    fileprivate func replacing(_ index: Int, _ field: String, by value: JSON) -> [JSON] {
        var result = self
        guard case .object(let members) = self[index] else { return self }
        result[index] = .object(
            members.map { $0.key == field ? JSONMember(key: $0.key, value: value) : $0 })
        return result
    }
}

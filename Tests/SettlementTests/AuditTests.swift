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
    let sample = RunSample()

    /// The records of one settled round: an honest worker and a liar.
    func records() throws -> [LedgerRecord] {
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
        return records + [LedgerRecord(state.settlementOfNextRound())]
    }

    @Test("of a ledger in order says what it counted")
    func inOrder() throws {
        let audit = try LedgerSample(try records()).audit()
        #expect(audit.signatureCount == 1 + 11 + 6)
        #expect(audit.ledger.state.totals.paid == 1_000)
        #expect(audit.ledger.state.totals.slashed == 50)
        #expect(audit.summary.contains("11 entries, 18 signatures, 1 rounds settled"))
        #expect(audit.unfinishedCount == 0 && audit.waitingCount == 0)
    }

    /// Bodies in the operator's name, and the first entry at fault.
    func forgeries() throws -> [(String, [JSON], Int)] {
        let honest = [try sample.genesis().json] + (try records()).map(\.body)
        return [
            ("a verdict left out", honest.removing(6), 9),
            ("a settlement twice", honest + [honest[10]], 11),
            ("an opening left out", honest.removing(3), 3),
            ("a second genesis", honest + [honest[0]], 11),
            ("a verdict before its contribution", honest.swapping(4, 6), 4),
            ("an altered claim", honest.replacing(4, "claim", by: "{}"), 4),
            ("an altered verdict", honest.replacing(7, "verdict", by: "accepted"), 7),
            ("altered pay", honest.replacing(10, "paid", by: "1"), 10),
            ("an unknown kind", honest + [["type": "gift"]], 11),
            ("somebody else's money", honest.replacing(1, "type", by: "transfer"), 1),
            (
                "another operator",
                honest.replacing(0, "operator", by: sample.workers[0].publicKey.json), 0
            ),
        ]
    }

    @Test(
        "refuses what the rules do not allow even when the operator signs it, and names the entry")
    func dishonestOperator() throws {
        let (joiners, keeper) = (Array(sample.workers.prefix(2)), sample.keeper)
        for (name, bodies, entry) in try forgeries() {
            let authors = [joiners[0], joiners[1]]
            let entries = bodies.dropFirst().enumerated().map { place, body in
                (body: body, author: place < 2 ? authors[place] : keeper)
            }
            let ledger = try LedgerSample(first: bodies[0], entries)
            let error = #expect(throws: MalformedInput.self, "\(name)") { try ledger.audit() }
            #expect(
                error?.subject?.contains("entry \(entry)") == true, "\(name): \(error as Any)")
        }
    }

    /// Every byte of every file, but for the lock, which is empty.
    @Test("finds every changed byte of the directory, and names the file")
    func everyByte() throws {
        let ledger = try LedgerSample(Array(try records().prefix(3)))
        let root = ledger.log.path
        let files = try #require(FileManager.default.subpaths(atPath: root)).filter {
            !Files.isDirectory("\(root)/\($0)")
        }
        #expect(
            files.sorted() == [
                "checkpoint", "lock", "tile/0/000.p/1", "tile/0/000.p/4", "tile/entries/000.p/1",
                "tile/entries/000.p/4",
            ])
        for file in files {
            let path = "\(root)/\(file)"
            let bytes = try Files.read(path: path, limit: 1 << 20)
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= [0x01, 0x20, 0x80][index % 3]
                try Data(changed).write(to: URL(filePath: path))
                let error = #expect(throws: MalformedInput.self, "\(file): byte \(index)") {
                    try ledger.audit()
                }
                let subject = error?.subject ?? ""
                #expect(subject.contains(root), "\(file): byte \(index): \(error as Any)")
            }
            try Data(bytes).write(to: URL(filePath: path))
        }
        try Data([0]).write(to: URL(filePath: "\(root)/lock"))
        #expect(throws: MalformedInput.self) { try ledger.audit() }
    }

    @Test("takes the same words of a worker twice where they mean something each time")
    func rejoining() throws {
        let worker = sample.workers[0]
        let comeAndGo = [try sample.join(worker), try sample.leave(worker, round: 1)]
        let audit = try LedgerSample(comeAndGo + comeAndGo).audit()
        #expect(audit.ledger.state.entryCount == 5)
        #expect(audit.ledger.state.members.isEmpty)
    }

    @Test("against an earlier checkpoint finds a log that was cut back and signed anew")
    func rollback() throws {
        let (full, cut) = (
            try LedgerSample(try records()), try LedgerSample(Array(try records().prefix(4)))
        )
        let (kept, earlier) = (try LogSnapshot(full.log).note, try LogSnapshot(cut.log).note)
        try LogSnapshot(full.log).check(continues: earlier)
        #expect(throws: MalformedInput.self) {
            try LogSnapshot(cut.log).check(continues: kept)
        }
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

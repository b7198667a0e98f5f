import Encodings
import Foundation
import Settlement
import Storage
import Testing
import TransparencyLog

@Suite("The ledgers in Tests/Vectors")
struct VectorTests {
    static let vectors = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Vectors").path

    static func cases() throws -> [String] { try Files.list("\(vectors)/log") }

    func read(_ name: String, _ file: String) throws -> [UInt8] {
        try Files.read(path: "\(Self.vectors)/\(name)/\(file)", limit: 1 << 20)
    }

    func audit(_ name: String) throws -> LedgerAudit {
        try LedgerAudit(
            LogSnapshot(
                checkpointFile: try read(name, LogDirectory.checkpointName),
                entriesFile: try read(name, LogDirectory.entriesName)))
    }

    @Test("are accepted, or refused with the entry or file at fault", arguments: try cases())
    func log(name: String) throws {
        let expected = String(
            decoding: try read("log/\(name)", "expected").dropLast(), as: UTF8.self)
        do {
            let audit = try audit("log/\(name)")
            var found = "accepted: \(audit.ledger.log.entries.count) entries"
            if !audit.tail.entries.isEmpty { found += ", \(audit.tail.entries.count) beyond" }
            if audit.tail.tornLength > 0 { found += ", \(audit.tail.tornLength) torn bytes" }
            #expect(found == expected)
        } catch let malformed as MalformedInput {
            let places = malformed.subject?.split(separator: ": ") ?? []
            let last = places.last { $0.hasPrefix("entry ") || $0 == LogDirectory.checkpointName }
            #expect("refused: \(last ?? "")" == expected, "\(malformed)")
        }
    }

    @Test("lead to the known state and root")
    func oneRound() throws {
        let found = try audit("ledger/one-round").json.orderedBytes() + [10]
        #expect(found == (try read("ledger/one-round", "expected")))
    }
}

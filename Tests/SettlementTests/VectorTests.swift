import Encodings
import Foundation
import Settlement
import Storage
import Testing
import TransparencyLog

/// Each ledger in `Tests/Vectors/ledger` stands beside a file that says what an auditor must find.
@Suite("The ledgers in Tests/Vectors")
struct VectorTests {
    static let vectors = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Vectors/ledger").path

    static func cases() throws -> [String] {
        try Files.list(vectors).filter { !$0.hasSuffix(".expected") }
    }

    @Test("are accepted, or refused with the file and entry at fault", arguments: try cases())
    func ledger(name: String) throws {
        let path = "\(Self.vectors)/\(name)"
        let expected = try Files.read(path: "\(path).expected", limit: 1 << 16)
        var found: String
        do {
            let audit = try LedgerAudit(LogSnapshot(LogDirectory(path)))
            found = audit.json.orderedText
            if audit.unfinishedCount > 0 { found += "\n\(audit.unfinishedCount) unfinished" }
        } catch {
            found = "refused: \("\(error)".replacing("\(path)/", with: ""))"
        }
        #expect("\(found)\n" == String(decoding: expected, as: UTF8.self))
    }
}

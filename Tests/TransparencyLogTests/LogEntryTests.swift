import Encodings
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("An entry of the log")
struct LogEntryTests {
    let key = SigningKey(seed: Array(0..<32))

    func entry(_ body: JSON) throws -> LogEntry {
        try LogEntry(
            body: body, sequence: 0, previous: LogEntry.beforeFirst, signedWith: key)
    }

    @Test("is one canonical line that says who wrote it, after what, and where")
    func line() throws {
        let line = String(decoding: try entry(["b": 1, "a": "x"]).line, as: UTF8.self)
        let author = key.publicKey.base58
        #expect(
            line.hasPrefix(
                "{\"author\":\"\(author)\",\"body\":{\"a\":\"x\",\"b\":1},\"previous\":\""
                    + String(repeating: "0", count: 64)
                    + "\",\"sequence\":0,\"signature\":\"— \(author) "))
        #expect(line.hasSuffix("=\"}\n"))
    }

    @Test("is read back as it was written")
    func readBack() throws {
        let written = try entry(["text": "é\n\u{1}"])
        let read = try LogEntry(parsing: written.line, following: nil)
        #expect(read.line == written.line)
        #expect(read.body.canonicalBytes() == written.body.canonicalBytes())
        try read.verifySignature()
    }

    @Test("has one spelling", arguments: [" ", "\n"])
    func canonical(space: String) throws {
        let line = try entry(["a": 1]).line
        let other = line.prefix(1) + Array(space.utf8) + line.dropFirst()
        #expect(throws: MalformedInput.self) { try LogEntry(parsing: Array(other)) }
    }

    @Test("longer than a tile bundle can carry is refused")
    func tooLong() throws {
        let text = String(repeating: "x", count: LogEntry.maximumLineLength)
        #expect(throws: MalformedInput.self) { try entry(["a": .string(text)]) }
    }

    @Test("nested deeper than readers take is refused when it is written")
    func tooDeep() throws {
        var value: JSON = 1
        for _ in 1..<JSONLimits.record.depth { value = .array([value]) }
        #expect(throws: MalformedInput.self) { try entry(["a": value]) }
    }

    @Test("signed by another key than its author is refused")
    func otherSigner() throws {
        let other = SigningKey(seed: Array(1...32))
        let line = try entry(["a": 1]).line
        guard case .object(let members) = try JSON(parsing: Array(line.dropLast())) else { return }
        let unsigned = JSON.object(members.filter { $0.key != "signature" })
        let forged = SignedRecord.sign(unsigned, with: other).canonicalBytes() + [10]
        let entry = try LogEntry(parsing: forged, following: nil)
        #expect(throws: MalformedInput.self) { try entry.verifySignature() }
    }
}

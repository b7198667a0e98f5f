import Encodings
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("An entry of the log")
struct LogEntryTests {
    let key = SigningKey(seed: Array(0..<32))

    func entry(_ body: JSON) throws -> LogEntry {
        try LogEntry(body: body, in: .first, of: LogEntry.none, signedWith: key)
    }

    @Test("is one canonical line that says who wrote it, where, and after what")
    func line() throws {
        let line = String(decoding: try entry(["b": 1, "a": "x"]).line, as: UTF8.self)
        let (author, zeros) = (key.publicKey.base58, String(repeating: "0", count: 64))
        #expect(
            line.hasPrefix(
                "{\"author\":\"\(author)\",\"body\":{\"a\":\"x\",\"b\":1},\"log\":\"\(zeros)\","
                    + "\"previous\":\"\(zeros)\",\"sequence\":0,\"signature\":\"— \(author) "))
        #expect(line.hasSuffix("=\"}\n"))
    }

    @Test("is read back as it was written")
    func readBack() throws {
        let written = try entry(["text": "é\n\u{1}"])
        let read = try LogEntry(parsing: written.line)
        #expect(read == written)
        try read.verifySignature()
    }

    @Test("has one spelling", arguments: [" ", "\n"])
    func canonical(space: String) throws {
        let line = try entry(["a": 1]).line
        let other = line.prefix(1) + Array(space.utf8) + line.dropFirst()
        #expect(throws: MalformedInput.self) { try LogEntry(parsing: Array(other)) }
    }

    @Test("longer than an entry bundle can carry is refused")
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
        let entry = try LogEntry(parsing: forged)
        #expect(throws: MalformedInput.self) { try entry.verifySignature() }
    }

    @Test("follows its author's last one, in this log")
    func places() throws {
        let other = SigningKey(seed: Array(1...32))
        let first = try entry(["type": "first"])
        var places = AuthorPlaces()
        try places.append(first)
        func next(_ key: SigningKey, _ place: AuthorPlace, of log: Digest) throws -> LogEntry {
            try LogEntry(body: ["a": 1], in: place, of: log, signedWith: key)
        }
        let own = AuthorPlace(after: first)
        for wrong in [
            try next(key, .first, of: first.digest), try next(key, own, of: LogEntry.none),
            try next(key, AuthorPlace(sequence: 1, previous: LogEntry.none), of: first.digest),
            try next(key, AuthorPlace(sequence: 2, previous: first.digest), of: first.digest),
            try next(other, own, of: first.digest),
        ] {
            #expect(throws: MalformedInput.self) { try places.append(wrong) }
        }
        try places.append(try next(key, own, of: first.digest))
        try places.append(try next(other, .first, of: first.digest))
        #expect(places.next(of: key.publicKey).sequence == 2)
        #expect(places.next(of: other.publicKey).sequence == 1)
    }
}

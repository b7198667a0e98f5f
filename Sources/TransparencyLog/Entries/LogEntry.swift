package import Encodings
package import Identity
package import Storage

/// One leaf of the log: what its author says, and its place among all that the author said there.
package struct LogEntry: Sendable, Equatable {
    /// The longest line in bytes, line feed included: what a C2SP entry bundle can carry.
    package static let maximumLineLength = 65_535

    /// The `log` of entry 0 and the `previous` of every author's first entry: 64 zeros.
    package static let none: Digest = {
        guard let zeros = Digest([UInt8](repeating: 0, count: Digest.byteCount)) else {
            preconditionFailure("a digest has 32 bytes")
        }
        return zeros
    }()

    /// The key that signed the entry.
    package let author: PublicKey
    /// What the entry says; its meaning belongs to the module that keeps the log.
    package let body: JSON
    /// The digest of the log's entry 0, so that the entry counts in no other log.
    package let log: Digest
    /// The digest of the author's entry before this one.
    package let previous: Digest
    /// How many entries the author made before this one.
    package let sequence: UInt64
    /// The canonical bytes, line feed included: what is hashed into the tree.
    package let line: [UInt8]

    /// SHA-256 of the line: the identity of the entry.
    package let digest: Digest

    private let signature: String
    /// The author as the line spells it.
    private let authorName: String

    /// The RFC 6962 leaf hash of the line.
    package var leafHash: Digest { MerkleTree.leafHash(line) }

    /// Writes and signs an entry.
    ///
    /// - Throws: `MalformedInput` when no reader would take the line: it passes the limit, is nested
    ///   too deep, or `body` is not in canonical form.
    package init(
        body: JSON, in place: AuthorPlace, of log: Digest, signedWith key: SigningKey
    ) throws(MalformedInput) {
        let unsigned = JSON.object([
            JSONMember(key: "author", value: .string(key.publicKey.base58)),
            JSONMember(key: "body", value: body),
            JSONMember(key: "log", value: .string(log.hex)),
            JSONMember(key: "previous", value: .string(place.previous.hex)),
            JSONMember(key: "sequence", value: .integer(Int64(place.sequence))),
        ])
        let line = SignedRecord.sign(unsigned, with: key).canonicalBytes() + [UInt8(ascii: "\n")]
        try self.init(parsing: line)
    }

    /// Reads one line with its line feed and checks its form, but neither its place nor its
    /// signature.
    package init(parsing line: [UInt8]) throws(MalformedInput) {
        guard line.count <= Self.maximumLineLength else {
            throw MalformedInput(
                "expected a line of at most \(Self.maximumLineLength) bytes, found \(line.count)")
        }
        guard line.last == UInt8(ascii: "\n") else {
            throw MalformedInput("expected a line feed at the end of the line, found none")
        }
        let json = try JSON(parsingCanonical: Array(line.dropLast()), limits: .record)
        var fields = try JSONFields(json, of: "entry")
        authorName = try fields.string("author")
        guard let author = PublicKey(base58: authorName) else {
            throw fields.mismatch(
                "author", expected: "a public key in base58", found: .string(authorName))
        }
        self.author = author
        body = try fields.value("body")
        log = try fields.digest("log")
        previous = try fields.digest("previous")
        sequence = UInt64(try fields.integer("sequence", in: 0...Int64.max))
        signature = try fields.string(SignedRecord.member)
        try fields.finish()
        self.line = line
        digest = Digest(hashing: line)
    }

    /// Checks that the author signed the line.
    package func verifySignature() throws(MalformedInput) {
        do throws(MalformedInput) {
            let parsed = try NoteSignature(parsing: signature)
            guard parsed.name.hasSameBytes(as: authorName) else {
                throw MalformedInput("expected one by \(author), found one by '\(parsed.name)'")
            }
            guard parsed.isValid(for: beginning(to: signatureStart), by: author) else {
                throw MalformedInput(
                    "expected a valid signature by \(author), found an invalid one")
            }
        } catch {
            throw MalformedInput("field '\(SignedRecord.member)': \(error.reason)")
        }
    }

    /// The canonical line that says who says what, without the place: `{"author":…,"body":…}`.
    package var statement: [UInt8] {
        let place =
            ",\"log\":\"\",\"previous\":\"\",\"sequence\":\(sequence)".utf8.count
            + 4 * Digest.byteCount
        return beginning(to: signatureStart - place)
    }

    /// Where the member begins that is the last one of a canonical line.
    private var signatureStart: Int {
        line.count - ",\"\(SignedRecord.member)\":\"\(signature)\"}\n".utf8.count
    }

    /// The object of the members before a place in the line, as a line.
    private func beginning(to end: Int) -> [UInt8] {
        line[..<end] + [UInt8(ascii: "}"), UInt8(ascii: "\n")]
    }
}

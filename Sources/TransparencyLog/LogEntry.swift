package import Encodings
package import Identity
package import Storage

/// One line of the log: a body, its place, the hash of the line before it, and its writer.
package struct LogEntry: Sendable, Equatable {
    /// The longest line in bytes, newline included: what a C2SP tile bundle can carry.
    package static let maximumLineLength = 65_535

    /// The `previous` of the first entry: 64 zeros.
    package static let beforeFirst: Digest = {
        guard let zeros = Digest([UInt8](repeating: 0, count: 32)) else {
            preconditionFailure("a digest has 32 bytes")
        }
        return zeros
    }()

    /// The position in the log, from 0.
    package let sequence: UInt64
    /// SHA-256 of the previous line with its newline; zeros for the first entry.
    package let previous: Digest
    /// The key that wrote this line into the log.
    package let author: PublicKey
    /// What the entry says; its meaning belongs to the module that keeps the log.
    package let body: JSON
    /// The canonical bytes, newline included.
    package let line: [UInt8]

    /// SHA-256 of the line, which the next entry names as its previous one.
    package var digest: Digest { Digest(hashing: line) }

    /// The RFC 6962 leaf hash of the line.
    package var leafHash: Digest { MerkleTree.leafHash(line) }

    /// Writes and signs the entry that follows `last` and says `body`, or the first one.
    ///
    /// - Throws: `MalformedInput` when no reader would take the line: it passes the limit, is nested
    ///   too deep, or `body` is not in canonical form.
    package init(
        body: JSON, following last: LogEntry?, signedWith key: SigningKey
    ) throws(MalformedInput) {
        try self.init(
            body: body, sequence: last.map { $0.sequence + 1 } ?? 0,
            previous: last?.digest ?? Self.beforeFirst, signedWith: key)
    }

    /// Writes and signs an entry that says `body` at position `sequence`.
    ///
    /// - Throws: `MalformedInput` when no reader would take the line.
    package init(
        body: JSON, sequence: UInt64, previous: Digest, signedWith key: SigningKey
    ) throws(MalformedInput) {
        let unsigned = JSON.object([
            JSONMember(key: "author", value: .string(key.publicKey.base58)),
            JSONMember(key: "body", value: body),
            JSONMember(key: "previous", value: .string(previous.hex)),
            JSONMember(key: "sequence", value: .integer(Int64(sequence))),
        ])
        let line = SignedRecord.sign(unsigned, with: key).canonicalBytes() + [UInt8(ascii: "\n")]
        try self.init(parsing: line)
    }

    /// Reads one line with its newline and checks its form, but neither its place nor its signature.
    package init(parsing line: [UInt8]) throws(MalformedInput) {
        guard line.count <= Self.maximumLineLength else { throw Self.tooLong(line.count) }
        guard line.last == UInt8(ascii: "\n") else {
            throw MalformedInput("the line does not end in a newline")
        }
        let json = try JSON(parsing: Array(line.dropLast()), limits: .record)
        guard json.canonicalBytes() == Array(line.dropLast()) else {
            throw MalformedInput("the line is not in canonical form")
        }
        var fields = try JSONFields(json, of: "entry")
        sequence = UInt64(try fields.integer("sequence", in: 0...Int64.max))
        previous = try fields.digest("previous")
        author = try fields.publicKey("author")
        body = try fields.value("body")
        _ = try fields.string("signature")
        try fields.finish()
        self.line = line
    }

    /// Checks that the author signed the line.
    package func verifySignature() throws(MalformedInput) {
        let json = try JSON(parsing: Array(line.dropLast()), limits: .record)
        let (signer, _) = try SignedRecord.verify(json)
        guard signer == author else {
            throw .field("signature", expected: "one by \(author)", found: "one by \(signer)")
        }
    }

    private static func tooLong(_ count: Int) -> MalformedInput {
        MalformedInput("a line of \(count) bytes; the limit is \(maximumLineLength)")
    }
}

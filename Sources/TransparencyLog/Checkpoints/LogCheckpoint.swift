package import Encodings
package import Identity
package import Storage

/// The operator's signed statement of what the log holds: a C2SP tlog-checkpoint.
///
/// The text is three lines: the origin, the number of entries, and the RFC 6962 root in base64.
package struct LogCheckpoint: Sendable, Equatable {
    /// The longest checkpoint file read, in bytes.
    package static let maximumLength = 65_536

    /// Names the one log this is a checkpoint of.
    package let origin: String
    /// How many entries the root covers.
    package let size: UInt64
    /// The RFC 6962 tree head over the leaf hashes of the first `size` lines.
    package let root: Digest

    /// States that the log `origin` has `size` entries with this root.
    package init(origin: String, size: UInt64, root: Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The checkpoint of the log `origin` when its entries made this tree.
    package init(origin: String, tree: TreeTiles) {
        self.init(origin: origin, size: tree.size, root: tree.root)
    }

    /// The origin of the log that starts with this line: self-certifying, as the line names the key.
    package static func origin(ofGenesis line: [UInt8]) -> String {
        "nous-tools.ledger/\(Digest(hashing: line).hex)"
    }

    /// The signed text.
    package var text: [UInt8] {
        Array("\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n".utf8)
    }

    /// SHA-256 of the text, without signatures: the seed of what is drawn after this point.
    package var digest: Digest { Digest(hashing: text) }

    /// The signed note as it lies in the file `checkpoint`; the key signs in the name of the origin.
    package func note(signedWith key: SigningKey) throws(MalformedInput) -> SignedNote {
        var note = try SignedNote(text: text)
        note.sign(with: key, name: origin)
        return note
    }

    /// The checkpoint that a note states; who signed it is another question.
    package init(parsing note: SignedNote) throws(MalformedInput) {
        try self.init(parsingText: note.text)
    }

    /// Checks that the log which begins with `first` is the one meant, and that the author of
    /// `first` signed `note`.
    func checkSignature(on note: SignedNote, of first: LogEntry) throws(MalformedInput) {
        let expected = Self.origin(ofGenesis: first.line)
        guard origin.hasSameBytes(as: expected) else {
            throw MalformedInput("expected the origin '\(expected)' of entry 0, found '\(origin)'")
        }
        guard note.isSigned(by: first.author, named: origin) else {
            throw MalformedInput(
                "expected a valid signature of \(first.author) in the name of the origin,"
                    + " found none")
        }
    }

    /// Reads the three lines, and refuses every other spelling of them.
    private init(parsingText text: [UInt8]) throws(MalformedInput) {
        let lines = String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, !lines[0].isEmpty else {
            throw MalformedInput("expected three lines: origin, size, root")
        }
        guard let size = UInt64(lines[1]), (1...UInt64(Int64.max)).contains(size),
            let root = Base64.decode(String(lines[2])).flatMap({ Digest($0) })
        else {
            throw MalformedInput(
                "expected a decimal size from 1 to \(Int64.max) and a base64 root of 32 bytes")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
        guard self.text == text else { throw MalformedInput("the text is not in canonical form") }
    }
}

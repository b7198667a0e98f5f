package import Encodings

/// A text with signatures beneath it (C2SP signed-note).
///
/// Our notes are stricter than the specification in one thing: the text has no blank line. A
/// note without signatures is its text alone.
package struct SignedNote: Sendable, Equatable {
    /// The most bytes in a note unless the caller says otherwise.
    package static let maximumSize = 1 << 20

    /// The most signatures on a note.
    package static let maximumSignatureCount = 64

    /// The text with its final line feed: the bytes that are signed.
    package let text: [UInt8]

    /// The signatures in their order, verified or not.
    package private(set) var signatures: [NoteSignature]

    /// The note with `text`, not signed by anybody.
    package init(text: [UInt8]) throws(MalformedInput) {
        try Self.check(text)
        self.text = text
        signatures = []
    }

    /// The note that the whole of `bytes` spells.
    package init(
        parsing bytes: [UInt8], limit: Int = maximumSize
    ) throws(MalformedInput) {
        guard bytes.count <= limit else {
            throw MalformedInput("expected a note of at most \(limit) bytes, found \(bytes.count)")
        }
        guard let end = Self.endOfText(in: bytes) else {
            try self.init(text: bytes)
            return
        }
        try self.init(text: [UInt8](bytes[..<end]))
        guard let part = String(validating: bytes[(end + 1)...], as: UTF8.self),
            part.utf8.last == 0x0A
        else {
            throw MalformedInput("expected signature lines in UTF-8, each with a line feed")
        }
        let lines = part.unicodeScalars.dropLast().split(
            separator: "\n", maxSplits: Self.maximumSignatureCount,
            omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatureCount else {
            throw MalformedInput(
                "expected at most \(Self.maximumSignatureCount) signatures, found more")
        }
        for line in lines { signatures.append(try NoteSignature(parsing: String(line))) }
    }

    /// The whole note.
    package var bytes: [UInt8] {
        guard !signatures.isEmpty else { return text }
        return text + [0x0A] + signatures.flatMap { [UInt8]($0.line.utf8) + [0x0A] }
    }

    /// Adds the signature of `key`, in place of an earlier one by the same name.
    package mutating func sign(with key: SigningKey, name: String? = nil) {
        add(NoteSignature(of: text, by: key, name: name))
    }

    /// Adds `signature`, in place of an earlier one with the same name and key id.
    package mutating func add(_ signature: NoteSignature) {
        signatures.removeAll {
            $0.name.hasSameBytes(as: signature.name) && $0.keyID == signature.keyID
        }
        signatures.append(signature)
    }

    /// The index after the line feed that ends the text, if a blank line follows it.
    private static func endOfText(in bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        for index in stride(from: bytes.count - 1, to: 0, by: -1)
        where bytes[index] == 0x0A && bytes[index - 1] == 0x0A {
            return index
        }
        return nil
    }

    private static func check(_ text: [UInt8]) throws(MalformedInput) {
        guard text.last == 0x0A, text.first != 0x0A else {
            throw MalformedInput("expected text that ends with a line feed")
        }
        guard String(validating: text, as: UTF8.self) != nil,
            text.allSatisfy({ $0 >= 0x20 || $0 == 0x0A })
        else { throw MalformedInput("expected UTF-8 text without control characters") }
        guard zip(text, text.dropFirst()).allSatisfy({ $0 != 0x0A || $1 != 0x0A }) else {
            throw MalformedInput("expected text without blank lines")
        }
    }
}

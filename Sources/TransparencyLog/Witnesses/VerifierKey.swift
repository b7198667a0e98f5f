package import Encodings
package import Identity
import Storage

/// A named public key in the form of C2SP signed-note: `name+id+key`.
package struct VerifierKey: Sendable, Equatable, CustomStringConvertible {
    /// What the key signs.
    package enum Use: UInt8, Sendable {
        /// The text of a note: the key of a log.
        case note = 0x01
        /// A text with the time: the key of a witness.
        case cosignature = 0x04
    }

    /// The name under which the key signs.
    package let name: String
    /// What it signs.
    package let use: Use
    /// The key.
    package let key: PublicKey

    /// The key `key` under a name, which must be one.
    package init(name: String, use: Use, key: PublicKey) {
        precondition(NoteSignature.isName(name), "the name of a key")
        self.name = name
        self.use = use
        self.key = key
    }

    /// The key of the log that begins with this entry.
    package init(ofLogBeginningWith first: LogEntry) {
        self.init(
            name: LogCheckpoint.origin(ofGenesis: first.line), use: .note, key: first.author)
    }

    /// The four bytes that tell the key from others with its name.
    package var identifier: [UInt8] {
        NoteSignature.keyID(name: name, key: key, type: use.rawValue)
    }

    /// The key in words: `name+id+key`.
    package var description: String {
        "\(name)+\(Hex.encode(identifier))+\(Base64.encode([use.rawValue] + key.bytes))"
    }

    /// Reads `name+id+key`; the id must be that of the key.
    package init(parsing text: String) throws(MalformedInput) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, NoteSignature.isName(String(parts[0])),
            let material = Base64.decode(String(parts[2])), let type = material.first,
            let use = Use(rawValue: type), let key = PublicKey(Array(material.dropFirst()))
        else {
            throw MalformedInput(
                "expected an Ed25519 key as 'name+id+key' of type 1 or 4,"
                    + " found \(MalformedInput.quoted(text))")
        }
        self.init(name: String(parts[0]), use: use, key: key)
        guard parts[1] == Hex.encode(identifier) else {
            throw MalformedInput(
                "key \(name): expected the id \(Hex.encode(identifier)), found '\(parts[1])'")
        }
    }
}

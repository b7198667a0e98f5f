package import Encodings
import Storage

/// One signature line of a signed note (C2SP signed-note): `— <name> <base64(key id ‖ signature)>`.
package struct NoteSignature: Sendable, Equatable {
    /// The most bytes in a line.
    package static let maximumLineLength = 16_384

    /// The type byte of plain Ed25519 signatures.
    package static let ed25519: UInt8 = 0x01

    /// The name of the key; ours are the base58 of the public key itself.
    package var name: String

    /// The four bytes of the key id.
    package var keyID: [UInt8]

    /// The signature, 64 bytes for Ed25519.
    package var signature: [UInt8]

    /// A signature by the key `name` with the four bytes `keyID`.
    package init(name: String, keyID: [UInt8], signature: [UInt8]) {
        precondition(Self.isName(name) && keyID.count == 4, "a key name and a key id")
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// The signature of `text` by `key`, under `name` or the base58 of the public key.
    package init(of text: [UInt8], by key: SigningKey, name: String? = nil) {
        let name = name ?? key.publicKey.base58
        self.init(
            name: name, keyID: Self.keyID(name: name, key: key.publicKey),
            signature: key.sign(text))
    }

    /// The first four bytes of SHA-256(name ‖ line feed ‖ type ‖ public key).
    package static func keyID(
        name: String, key: PublicKey, type: UInt8 = ed25519
    ) -> [UInt8] {
        let identity = [UInt8](name.utf8) + [0x0A, type] + key.bytes
        return [UInt8](Digest(hashing: identity).bytes[..<4])
    }

    /// The key that the name itself states, if the key id agrees.
    package var statedKey: PublicKey? {
        guard let key = PublicKey(base58: name), keyID == Self.keyID(name: name, key: key) else {
            return nil
        }
        return key
    }

    /// Whether this is a valid signature of `text` by `key` under the name given here.
    package func isValid(for text: [UInt8], by key: PublicKey) -> Bool {
        keyID == Self.keyID(name: name, key: key) && key.isValid(signature: signature, for: text)
    }

    /// Whether `name` can be the name of a key: not empty, no space, no `+`.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                $0.isASCII
                    ? $0.value > 0x20 && $0.value != 0x7F && $0 != "+"
                    : !$0.properties.isWhitespace
            }
    }
}

extension NoteSignature {
    /// What a signature line begins with.
    private static let dash = "\u{2014} "

    /// The line without its line feed.
    package var line: String {
        "\(Self.dash)\(name) \(Base64.encode(keyID + signature))"
    }
}

extension NoteSignature {
    /// The signature that `line`, without a line feed, spells.
    package init(parsing line: String) throws(MalformedInput) {
        let rest = line.utf8.dropFirst(Self.dash.utf8.count)
        guard line.utf8.count <= Self.maximumLineLength, line.utf8.starts(with: Self.dash.utf8),
            let space = rest.firstIndex(of: 0x20), let name = String(rest[..<space]),
            Self.isName(name), let text = String(rest[space...].dropFirst()),
            let payload = Base64.decode(text), payload.count > 4
        else {
            throw MalformedInput(
                "expected a signature line '\u{2014} <name> <base64>',"
                    + " found \(MalformedInput.quoted(line))")
        }
        self.init(
            name: name, keyID: [UInt8](payload[..<4]),
            signature: [UInt8](payload[4...]))
    }
}

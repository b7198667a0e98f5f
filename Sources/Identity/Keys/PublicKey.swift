import Crypto
package import Encodings

/// An Ed25519 public key (RFC 8032), shown in base58.
package struct PublicKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes in a key.
    package static let byteCount = 32

    private let content: Bytes32

    /// The 32 bytes.
    package var bytes: [UInt8] { content.array }

    /// The key with these 32 bytes, or nil if their number is another.
    package init?(_ bytes: [UInt8]) {
        guard let content = Bytes32(bytes) else { return nil }
        self.content = content
    }

    /// The key that `base58` spells, or nil if it is not 32 bytes.
    package init?(base58: String) {
        guard let content = Base58.decodeBytes32(base58) else { return nil }
        self.content = content
    }

    /// The key in base58, as Solana shows it.
    package var base58: String { Base58.encode(bytes) }

    /// The key in base58.
    package var description: String { base58 }

    /// Whether `signature` is this key's signature of `message` under the strict rule.
    ///
    /// The strict rule is that of libsodium and of Solana's `verify_strict`: the equation of
    /// RFC 8032 section 5.1.7 without cofactor, S below the group order, and neither this key
    /// nor R spelled non-canonically or of low order.
    package func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        let bytes = bytes
        guard signature.count == 64, Ed25519Encoding.isStrictPoint(bytes[...]),
            Ed25519Encoding.isStrictPoint(signature[..<32]),
            Ed25519Encoding.isCanonicalScalar(signature[32...]),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }

    /// Whether `left` comes before `right` in byte order.
    package static func < (left: PublicKey, right: PublicKey) -> Bool {
        left.content < right.content
    }
}

extension PublicKey {
    /// The key in a JSON string, or nil if it is anything else.
    package init?(json: JSON) {
        guard let text = json.string else { return nil }
        self.init(base58: text)
    }

    /// The JSON string of this key.
    package var json: JSON { .string(base58) }
}

extension JSONFields {
    /// The public key in field `name`.
    package mutating func publicKey(_ name: String) throws(MalformedInput) -> PublicKey {
        try value(name, expected: "a public key in base58", as: PublicKey.init(json:))
    }
}

import Crypto
package import Encodings

/// An Ed25519 public key (RFC 8032), shown in base58.
package struct PublicKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes in a key.
    package static let byteCount = 32

    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The key with these 32 bytes, or nil if their number is another.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The key that `base58` spells, or nil if it is not 32 bytes.
    package init?(base58: String) {
        guard base58.utf8.count <= 44, let bytes = Base58.decode(base58) else { return nil }
        self.init(bytes)
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
        guard signature.count == 64, Ed25519Encoding.isStrictPoint(bytes[...]),
            Ed25519Encoding.isStrictPoint(signature[..<32]),
            Ed25519Encoding.isCanonicalScalar(signature[32...]),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }

    /// Feeds half of the bytes, which are as good as random, to a hash table.
    package func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { bytes in
            hasher.combine(unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
            hasher.combine(unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    /// Whether `left` comes before `right` in byte order.
    package static func < (left: PublicKey, right: PublicKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
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

package import Encodings

/// What bounds the life of a transaction: the hash of a recent block, or a durable nonce.
package struct Blockhash: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The hash of these 32 bytes, or nil if their number is another.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Address.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The hash that `base58` spells, or nil if it is not 32 bytes.
    package init?(base58: String) {
        guard let address = Address(base58: base58) else { return nil }
        bytes = address.bytes
    }

    /// The hash in base58.
    package var description: String { Base58.encode(bytes) }

    /// The JSON string of this hash.
    package var json: JSON { .string(description) }
}

extension JSONFields {
    /// The blockhash in field `name`.
    package mutating func blockhash(_ name: String) throws(MalformedInput) -> Blockhash {
        try value(name, expected: "a hash in base58") { value in
            value.string.flatMap(Blockhash.init(base58:))
        }
    }
}

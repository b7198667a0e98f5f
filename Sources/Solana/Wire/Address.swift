package import Encodings
package import Identity

/// The address of an account on Solana: 32 bytes, shown in base58.
///
/// Those of wallets are Ed25519 public keys; those that programs derive are no keys at all.
package struct Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes in an address.
    package static let byteCount = 32

    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The address of these 32 bytes, or nil if their number is another.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The address that `base58` spells, or nil if it is not 32 bytes.
    package init?(base58: String) {
        guard let key = PublicKey(base58: base58) else { return nil }
        self.init(key)
    }

    /// The address of a wallet.
    package init(_ key: PublicKey) {
        bytes = key.bytes
    }

    /// An address that is known to be one.
    init(known base58: String) {
        guard let address = Address(base58: base58) else {
            preconditionFailure("\(base58) is an address")
        }
        self = address
    }

    /// The address in base58.
    package var base58: String { Base58.encode(bytes) }

    /// The address in base58.
    package var description: String { base58 }

    /// The JSON string of this address.
    package var json: JSON { .string(base58) }

    /// The address in a JSON string, or nil if it is anything else.
    package init?(json: JSON) {
        guard let text = json.string else { return nil }
        self.init(base58: text)
    }

    /// The same 32 bytes as a key, with which a signature can be checked.
    package var key: PublicKey {
        guard let key = PublicKey(bytes) else { preconditionFailure("a key has 32 bytes") }
        return key
    }

    /// Whether `left` comes before `right` in byte order.
    package static func < (left: Address, right: Address) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension JSONFields {
    /// The address in field `name`.
    package mutating func address(_ name: String) throws(MalformedInput) -> Address {
        try value(name, expected: "an address in base58", as: Address.init(json:))
    }

    /// The addresses in the array in field `name`, at most `limit` of them.
    package mutating func addresses(
        _ name: String, limit: Int
    ) throws(MalformedInput) -> [Address] {
        try value(name, expected: "an array of at most \(limit) addresses in base58") { value in
            guard let elements = value.array, elements.count <= limit else { return nil }
            let addresses = elements.compactMap(Address.init(json:))
            return addresses.count == elements.count ? addresses : nil
        }
    }
}

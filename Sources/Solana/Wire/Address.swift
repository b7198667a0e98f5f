package import Encodings
package import Identity

/// The address of an account on Solana: 32 bytes, shown in base58.
///
/// Those of wallets are Ed25519 public keys; those that programs derive are no keys at all.
package struct Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes in an address.
    package static let byteCount = PublicKey.byteCount

    /// The same 32 bytes as a key, with which a signature can be checked if it is one.
    package let key: PublicKey

    /// The address of a wallet.
    package init(_ key: PublicKey) { self.key = key }

    /// The address of these 32 bytes, or nil if their number is another.
    package init?(_ bytes: [UInt8]) {
        guard let key = PublicKey(bytes) else { return nil }
        self.init(key)
    }

    /// The address that `base58` spells, or nil if it is not 32 bytes.
    package init?(base58: String) {
        guard let key = PublicKey(base58: base58) else { return nil }
        self.init(key)
    }

    /// An address that is known to be one.
    init(known base58: String) {
        guard let address = Address(base58: base58) else {
            preconditionFailure("\(base58) is an address")
        }
        self = address
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { key.bytes }

    /// The address in base58.
    package var base58: String { key.base58 }

    /// The address in base58.
    package var description: String { base58 }

    /// The JSON string of this address.
    package var json: JSON { key.json }

    /// The address in a JSON string, or nil if it is anything else.
    package init?(json: JSON) {
        guard let key = PublicKey(json: json) else { return nil }
        self.init(key)
    }

    /// Whether `left` comes before `right` in byte order.
    package static func < (left: Address, right: Address) -> Bool {
        left.key < right.key
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

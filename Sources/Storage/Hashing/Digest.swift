import Encodings

/// A SHA-256 digest (FIPS 180-4); its text is 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes in a digest.
    package static let byteCount = 32

    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The digest whose 32 bytes are `bytes`, or nil if their number is another.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = [UInt8](bytes)
    }

    /// The digest of `bytes`.
    package init(hashing bytes: [UInt8]) {
        self.init(hashing: bytes[...])
    }

    /// The digest of `bytes`.
    package init(hashing bytes: ArraySlice<UInt8>) {
        var digester = Digester()
        digester.update(bytes)
        self = digester.finalize()
    }

    /// The digest that `hex` spells in 64 lower-case digits, or nil if it does not.
    package init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// A digest computed by SHA-256.
    init(computed bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The 64 lower-case hexadecimal digits.
    package var hex: String { Hex.encode(bytes) }

    /// The 64 lower-case hexadecimal digits.
    package var description: String { hex }

    /// Feeds half of the bytes, which are as good as random, to a hash table.
    package func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { bytes in
            hasher.combine(unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
            hasher.combine(unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    /// Whether `left` comes before `right` in byte order.
    package static func < (left: Digest, right: Digest) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

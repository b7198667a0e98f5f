import Encodings

/// A SHA-256 digest (FIPS 180-4); its text is 64 lower-case hexadecimal digits.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes in a digest.
    package static let byteCount = 32

    /// The 32 bytes.
    private let content: Bytes32

    /// The 32 bytes.
    package var bytes: [UInt8] { content.array }

    /// The digest whose 32 bytes are `bytes`, or nil if their number is another.
    package init?(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// The digest whose 32 bytes are `bytes`, or nil if their number is another.
    package init?(_ bytes: ArraySlice<UInt8>) {
        guard let content = Bytes32(bytes) else { return nil }
        self.content = content
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
        guard let content = Bytes32(hex: hex) else { return nil }
        self.content = content
    }

    /// A digest computed by SHA-256.
    init(computed content: Bytes32) {
        self.content = content
    }

    /// What `body` makes of the 32 bytes in memory.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe content.withBytes(body)
    }

    /// The 64 lower-case hexadecimal digits.
    package var hex: String { Hex.encode(bytes) }

    /// The 64 lower-case hexadecimal digits.
    package var description: String { hex }

    /// Whether `left` comes before `right` in byte order.
    package static func < (left: Digest, right: Digest) -> Bool {
        left.content < right.content
    }
}

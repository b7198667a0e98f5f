package import Encodings

/// Lengths as Solana writes them, compact-u16: 7 bits a byte, the lowest first, at most 3 bytes.
package enum CompactLength {
    /// The largest length there is.
    package static let largest = 65_535

    /// The one spelling of `length`.
    package static func encode(_ length: Int) -> [UInt8] {
        precondition((0...largest).contains(length), "a length has 16 bits")
        var bytes: [UInt8] = []
        var rest = length
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// The length that all of `bytes` spell, which must be its one spelling.
    package static func decode(_ bytes: [UInt8]) throws(MalformedInput) -> Int {
        var reader = WireReader(bytes)
        let length = try reader.length("length")
        try reader.finish()
        return length
    }
}

import Encodings

/// The checks of the strict Ed25519 rule that look only at encodings.
enum Ed25519Encoding {
    /// Whether 32 bytes may stand for a point: y is below p and the point is not of low order.
    static func isStrictPoint(_ bytes: ArraySlice<UInt8>) -> Bool {
        var unsigned = [UInt8](bytes)
        unsigned[31] &= 0x7F
        return isBelow(unsigned, prime) && !lowOrder.contains(unsigned)
    }

    /// Whether 32 bytes are a scalar below the order L of the group.
    static func isCanonicalScalar(_ bytes: ArraySlice<UInt8>) -> Bool {
        isBelow([UInt8](bytes), groupOrder)
    }

    /// Whether `left` is less than `right` as little-endian integers of equal length.
    private static func isBelow(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.reversed().lexicographicallyPrecedes(right.reversed())
    }

    /// p = 2^255 - 19.
    private static let prime = bytes(
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")

    /// L = 2^252 + 27742317777372353535851937790883648493.
    private static let groupOrder = bytes(
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")

    /// The y coordinates of the eight points whose order divides 8, without the sign bit.
    ///
    /// With both signs and the two spellings above p these are the 14 low-order encodings.
    private static let lowOrder: Set<[UInt8]> = [
        bytes("0000000000000000000000000000000000000000000000000000000000000000"),
        bytes("0100000000000000000000000000000000000000000000000000000000000000"),
        bytes("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        bytes("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ]

    private static func bytes(_ hex: String) -> [UInt8] {
        guard let bytes = Hex.decode(hex), bytes.count == 32 else {
            preconditionFailure("a constant of 32 bytes")
        }
        return bytes
    }
}

/// IEEE 754 binary16, as bits.
enum HalfFloat {
    /// The bits nearest to `value`, to even; what is beyond the largest is the largest, and a zero
    /// is positive.
    static func nearest(_ value: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
        let magnitude = value.magnitude
        if !(magnitude < 65_520) { return sign | 0x7BFF }
        if magnitude < 0x1p-14 {
            // Adding ½ leaves the multiple of 2⁻²⁴ in the low bits, rounded once.
            let units = (magnitude + 0.5).bitPattern & 0x7F_FFFF
            return units == 0 ? 0 : sign | UInt16(units)
        }
        let bits = magnitude.bitPattern
        let rounded = bits + 0xFFF + (bits >> 13 & 1)
        return sign | UInt16((rounded >> 13) - (112 << 10))
    }

    /// The value of bits that are finite.
    static func value(_ bits: UInt16) -> Float {
        let exponent = UInt32(bits >> 10 & 31)
        let significand = UInt32(bits & 0x3FF)
        let magnitude: Float =
            exponent == 0
            ? Float(significand) * 0x1p-24
            : Float(bitPattern: (exponent + 112) << 23 | significand << 13)
        return bits >> 15 == 0 ? magnitude : -magnitude
    }
}

/// The format E3M0 under a chunk's top exponent E: magnitudes 0 and 2^(E + c − 7), c from 1 to 7.
enum Exponents {
    /// The least top exponent, so that half of no magnitude is subnormal.
    static let lowestTop = -119

    /// The most that a chunk's mark is: the top exponent 127.
    static let markLimit = 127 - lowestTop + 1

    /// The exponent of the power of two nearest to `magnitude`, the larger of two equally near.
    static func nearest(_ magnitude: Float) -> Int {
        Int((magnitude.bitPattern + 0x40_0000) >> 23) - 127
    }

    /// The code of the magnitude nearest to `magnitude`, the larger of two equally near.
    static func code(of magnitude: Float, top: Int) -> Int {
        let code = nearest(magnitude) - top + 7
        if code > 0 { return min(code, 7) }
        // Half of the least magnitude is as near to it as to zero.
        return Int(magnitude.bitPattern >> 23) - 127 == top - 7 ? 1 : 0
    }

    /// The magnitude of a code above 0.
    static func magnitude(_ code: Int, mark: Int) -> Float {
        Float(sign: .plus, exponent: mark - 1 + lowestTop + code - 7, significand: 1)
    }
}

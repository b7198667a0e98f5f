extension SIMD16<Float> {
    /// The natural logarithm: −∞ of zero, NaN below zero; §4.2.
    ///
    /// The polynomial is that of S. Moshier's Cephes `logf`, evaluated with fused steps.
    @inline(__always) var logarithm: Lanes {
        let x = self
        let isSubnormal = x .< 0x1p-126
        let scaled = x.replacing(with: x * 0x1p23, where: isSubnormal)
        // The mantissa lies from √½ to √2; 0x3F3504F3 are the bits of √½.
        let offset = scaled.bits &- LaneBits(repeating: 0x3F35_04F3)
        let exponentBits = offset & LaneBits(repeating: 0xFF80_0000)
        let mantissa = Lanes(bits: scaled.bits &- exponentBits)
        let biased = (exponentBits &>> 23) ^ LaneBits(repeating: 0x100)
        var exponent = Lanes(bits: biased | LaneBits(repeating: 0x4B00_0000)) - (0x1p23 + 0x1p8)
        exponent = exponent.replacing(with: exponent - 23, where: isSubnormal)

        let rest = mantissa - 1
        let square = rest * rest
        var sum = Lanes(repeating: 0x1.204376p-4)
        sum = fused(sum, rest, Lanes(repeating: -0x1.d7a37p-4))
        sum = fused(sum, rest, Lanes(repeating: 0x1.de4a34p-4))
        sum = fused(sum, rest, Lanes(repeating: -0x1.fcba9ep-4))
        sum = fused(sum, rest, Lanes(repeating: 0x1.23d37ep-3))
        sum = fused(sum, rest, Lanes(repeating: -0x1.555cap-3))
        sum = fused(sum, rest, Lanes(repeating: 0x1.999d58p-3))
        sum = fused(sum, rest, Lanes(repeating: -0x1.fffff8p-3))
        sum = fused(sum, rest, Lanes(repeating: 0x1.555554p-2))
        sum = sum * rest
        let correction = fused(exponent, Lanes(repeating: -0x1.bd0106p-13), sum * square)
        var result = rest + fused(Lanes(repeating: -0.5), square, correction)
        result = fused(exponent, Lanes(repeating: 0x1.63p-1), result)
        result = result.replacing(with: .nan, where: x .< 0)
        result = result.replacing(with: -.infinity, where: x .== 0)
        let isLast = (x .== .infinity) .| (x .!= x)
        return result.replacing(with: x, where: isLast)
    }
}

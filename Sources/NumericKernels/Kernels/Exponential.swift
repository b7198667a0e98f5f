extension SIMD16<Float> {
    /// e to the x: at most 1 unit in the last place off; results below 2⁻¹²⁶ are +0; §4.1.
    ///
    /// The polynomial is that of S. Moshier's Cephes `expf`, evaluated with fused steps.
    @inline(__always) var exponential: Lanes {
        let x = self
        let roundToInteger = Lanes(repeating: 0x1.8p23)
        let shifted = fused(x, Lanes(repeating: 0x1.715476p0), roundToInteger)
        let power = shifted - roundToInteger
        var rest = fused(power, Lanes(repeating: -0x1.63p-1), x)
        rest = fused(power, Lanes(repeating: 0x1.bd0106p-13), rest)
        var sum = Lanes(repeating: 0x1.a0d2cep-13)
        sum = fused(sum, rest, Lanes(repeating: 0x1.6e879cp-10))
        sum = fused(sum, rest, Lanes(repeating: 0x1.11121p-7))
        sum = fused(sum, rest, Lanes(repeating: 0x1.555382p-5))
        sum = fused(sum, rest, Lanes(repeating: 0x1.555554p-3))
        sum = fused(sum, rest, Lanes(repeating: 0.5))
        sum = fused(sum, rest, Lanes(repeating: 1))
        sum = fused(sum, rest, Lanes(repeating: 1))
        // The integer stands in the low bits of `shifted`; moved up it adds to the exponent.
        var result = Lanes(bits: sum.bits &+ (shifted.bits &<< 23))
        result = result.replacing(with: 0, where: x .< -0x1.5d589ep6)
        result = result.replacing(with: .infinity, where: x .> 0x1.62e42ep6)
        return result.replacing(with: x, where: x .!= x)
    }

    /// 1 / (1 + e to the −x); §4.3.
    @inline(__always) var sigmoid: Lanes {
        Lanes(repeating: 1) / (Lanes(repeating: 1) + (-self).exponential)
    }

    /// x / (1 + e to the −x); §4.3.
    @inline(__always) var siLU: Lanes { self / (Lanes(repeating: 1) + (-self).exponential) }
}

/// Elementary functions by fixed operations, never the host's library; `docs/arithmetic.md`, 4–5.
///
/// Those of a `Float` are the scalar twins of the kernels and give their bits. Those of a `Double`
/// are for tables and random numbers; they use no fused operation.
package enum ElementaryFunctions {}

extension ElementaryFunctions {
    /// a · b + c rounded once, by the processor or by exact doubles rounded to odd.
    package static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float {
        let product = Double(a) * Double(b)
        let addend = Double(c)
        let sum = product + addend
        let addendPart = sum - product
        let error = (product - (sum - addendPart)) + (addend - addendPart)
        guard error > 0 || error < 0, sum.bitPattern & 1 == 0 else { return Float(sum) }
        let towards = (error < 0) == (sum < 0) ? sum.bitPattern + 1 : sum.bitPattern - 1
        return Float(Double(bitPattern: towards))
    }

    /// e to the x; results below 2⁻¹²⁶ are +0.
    package static func exp(_ x: Float) -> Float {
        if x.isNaN { return x }
        if x > 0x1.62e42ep6 { return .infinity }
        if x < -0x1.5d589ep6 { return 0 }
        let shifted = fused(x, 0x1.715476p0, 0x1.8p23)
        let power = shifted - 0x1.8p23
        let rest = fused(power, 0x1.bd0106p-13, fused(power, -0x1.63p-1, x))
        var sum = Float(0x1.a0d2cep-13)
        for coefficient in exponentialCoefficients { sum = fused(sum, rest, coefficient) }
        return Float(bitPattern: sum.bitPattern &+ (shifted.bitPattern << 23))
    }

    /// The natural logarithm: −∞ of zero, NaN below zero.
    package static func log(_ x: Float) -> Float {
        if x.isNaN || x == .infinity { return x }
        if x < 0 { return .nan }
        if x == 0 { return -.infinity }
        let isSubnormal = x < 0x1p-126
        let bits = (isSubnormal ? x * 0x1p23 : x).bitPattern
        let power = Int32(bitPattern: bits &- 0x3F35_04F3) >> 23
        let exponent = Float(isSubnormal ? power - 23 : power)
        let rest = Float(bitPattern: bits &- UInt32(bitPattern: power << 23)) - 1
        let square = rest * rest
        var sum = Float(0x1.204376p-4)
        for coefficient in logarithmCoefficients { sum = fused(sum, rest, coefficient) }
        let correction = fused(exponent, -0x1.bd0106p-13, (sum * rest) * square)
        return fused(exponent, 0x1.63p-1, rest + fused(-0.5, square, correction))
    }

    /// 1 / (1 + e to the −x).
    package static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

    /// x / (1 + e to the −x).
    package static func siLU(_ x: Float) -> Float { x / (1 + exp(-x)) }

    /// 1 / √x.
    package static func reciprocalSquareRoot(_ x: Float) -> Float { 1 / x.squareRoot() }

    private static let exponentialCoefficients: [Float] = [
        0x1.6e879cp-10, 0x1.11121p-7, 0x1.555382p-5, 0x1.555554p-3, 0.5, 1, 1,
    ]
    private static let logarithmCoefficients: [Float] = [
        -0x1.d7a37p-4, 0x1.de4a34p-4, -0x1.fcba9ep-4, 0x1.23d37ep-3, -0x1.555cap-3, 0x1.999d58p-3,
        -0x1.fffff8p-3, 0x1.555554p-2,
    ]
}

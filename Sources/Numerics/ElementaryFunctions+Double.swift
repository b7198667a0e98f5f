extension ElementaryFunctions {
    /// The natural logarithm in double, after fdlibm's `e_log.c`; −∞ of zero, NaN below zero.
    package static func log(_ x: Double) -> Double {
        if x.isNaN || x == .infinity { return x }
        if x < 0 { return .nan }
        if x == 0 { return -.infinity }
        let isSubnormal = x < 0x1p-1022
        let bits = (isSubnormal ? x * 0x1p54 : x).bitPattern
        // The mantissa lies from about √½ to √2, as 0x3FE6A09E667F3BCD are the bits of √½.
        let power = Int64(bitPattern: bits &- 0x3FE6_A09E_667F_3BCD) >> 52
        let exponent = Double(isSubnormal ? power - 54 : power)
        let f = Double(bitPattern: bits &- UInt64(bitPattern: power << 52)) - 1
        let s = f / (2 + f)
        let z = s * s
        let rest = polynomial(z, logarithmCoefficients) * z
        let halfSquare = 0.5 * f * f
        let low = s * (halfSquare + rest) + exponent * 1.90821492927058770002e-10
        return exponent * 6.93147180369123816490e-01 - ((halfSquare - low) - f)
    }

    /// e to the x in double, after fdlibm's `e_exp.c`; results below 2⁻¹⁰²² are +0.
    package static func exp(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 709.782712893383973096 { return .infinity }
        if x < -708.396418532264106224 { return 0 }
        let power = (x * 1.44269504088896338700).rounded(.toNearestOrEven)
        let high = x - power * 6.93147180369123816490e-01
        let low = power * 1.90821492927058770002e-10
        let r = high - low
        let square = r * r
        let c = r - square * polynomial(square, exponentialCoefficients)
        let result = 1 - ((low - (r * c) / (2 - c)) - high)
        // In two steps: 2¹⁰²⁴ alone would be infinite.
        let half = Int(power) / 2
        return result * powerOfTwo(half) * powerOfTwo(Int(power) - half)
    }

    /// The sine and the cosine of x radians, |x| ≤ 2²⁰; NaN beyond.
    ///
    /// π/2 is taken off in two parts as in fdlibm's `e_rem_pio2.c`, its second step always made.
    package static func sineAndCosine(_ x: Double) -> (sine: Double, cosine: Double) {
        guard x.magnitude <= 0x1p20 else { return (.nan, .nan) }
        let quarters = (x * 6.36619772367581382433e-01).rounded(.toNearestOrEven)
        let first = x - quarters * 1.57079632673412561417e+00
        let second = quarters * 6.07710050630396597660e-11
        let rest = first - second
        let third = quarters * 2.02226624879595063154e-21 - ((first - rest) - second)
        let high = rest - third
        return quadrant(Int(quarters), high, (rest - high) - third)
    }

    /// The sine and the cosine of `turns` · 2π, 0 ≤ `turns` ≤ 1.
    package static func sineAndCosine(turns: Double) -> (sine: Double, cosine: Double) {
        let quarters = (turns * 4).rounded(.toNearestOrEven)
        // Exact: turns · 4 has no more bits than turns, and the difference is at most ½.
        return quadrant(Int(quarters), (turns * 4 - quarters) * 1.57079632679489655800, 0)
    }

    /// The sine of x radians, |x| ≤ 2²⁰; NaN beyond.
    package static func sin(_ x: Double) -> Double { sineAndCosine(x).sine }

    /// The cosine of x radians, |x| ≤ 2²⁰; NaN beyond.
    package static func cos(_ x: Double) -> Double { sineAndCosine(x).cosine }

    /// Sine and cosine of `high + low`, at most π/4, moved on by `quarters` quarter turns.
    private static func quadrant(
        _ quarters: Int, _ high: Double, _ low: Double
    ) -> (sine: Double, cosine: Double) {
        let sine = kernelSine(high, low)
        let cosine = kernelCosine(high, low)
        switch quarters & 3 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    /// fdlibm's `k_sin.c`.
    private static func kernelSine(_ x: Double, _ low: Double) -> Double {
        let square = x * x
        let cube = square * x
        let sum = polynomial(square, sineCoefficients)
        return x - ((square * (0.5 * low - cube * sum) - low) - cube * -1.66666666666666324348e-01)
    }

    /// The cosine as in FreeBSD's `k_cos.c`.
    private static func kernelCosine(_ x: Double, _ low: Double) -> Double {
        let square = x * x
        let sum = square * polynomial(square, cosineCoefficients)
        let half = 0.5 * square
        let head = 1 - half
        return head + (((1 - head) - half) + (square * sum - x * low))
    }

    /// c₀ + z·(c₁ + z·(c₂ + …)), plain operations, the last coefficient first.
    static func polynomial(_ z: Double, _ coefficients: [Double]) -> Double {
        var sum = 0.0
        for coefficient in coefficients.reversed() { sum = coefficient + z * sum }
        return sum
    }

    /// 2 to the `power`, −1022 ≤ `power` ≤ 1023.
    private static func powerOfTwo(_ power: Int) -> Double {
        Double(bitPattern: UInt64(power + 1023) << 52)
    }

    private static let logarithmCoefficients = [
        6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
        2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
        1.479819860511658591e-01,
    ]
    private static let exponentialCoefficients = [
        1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
        -1.65339022054652515390e-06, 4.13813679705723846039e-08,
    ]
    private static let sineCoefficients = [
        8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06,
        -2.50507602534068634195e-08, 1.58969099521155010221e-10,
    ]
    private static let cosineCoefficients = [
        4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,
        -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11,
    ]
}

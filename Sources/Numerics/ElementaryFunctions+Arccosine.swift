extension ElementaryFunctions {
    /// The angle from 0 to π whose cosine is x, after fdlibm's `e_acos.c`; NaN beyond ±1.
    package static func arccosine(_ x: Double) -> Double {
        guard x.magnitude < 1 else { return x == 1 ? 0 : x == -1 ? pi : .nan }
        guard x.magnitude >= 0.5 else {
            let correction = lowHalfPi - x * arcsineExcess(x * x)
            return halfPi - (x - correction)
        }
        // The angle is twice that of a sine: √((1 − |x|) / 2).
        let square = (1 - x.magnitude) * 0.5
        let sine = square.squareRoot()
        let excess = arcsineExcess(square)
        guard x > 0 else { return pi - 2 * (sine + (excess * sine - lowHalfPi)) }
        // The root in two parts, the upper of few bits, so that its square is exact.
        let upper = Double(bitPattern: sine.bitPattern & 0xFFFF_FFFF_0000_0000)
        let lower = (square - upper * upper) / (sine + upper)
        return 2 * (upper + (excess * sine + lower))
    }

    /// arcsin(s) / s − 1 for z = s², z ≤ ¼.
    private static func arcsineExcess(_ z: Double) -> Double {
        z * polynomial(z, arcsineNumerator) / (1 + z * polynomial(z, arcsineDenominator))
    }

    private static let pi = 3.14159265358979311600
    private static let halfPi = 1.57079632679489655800
    /// What π/2 is more than `halfPi`.
    private static let lowHalfPi = 6.12323399573676603587e-17
    private static let arcsineNumerator = [
        1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01,
        -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05,
    ]
    private static let arcsineDenominator = [
        -2.40339491173441421878e+00, 2.02094576023350569471e+00, -6.88283971605453293030e-01,
        7.70381505559019352791e-02,
    ]
}

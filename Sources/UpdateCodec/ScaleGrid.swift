/// The magnitudes that 8 bits name: 0, and 2^(c/8 − 27) for c from 1 to 255.
///
/// The eighth roots are floats written down here, so that a magnitude is one float times a power of
/// two: exact, and the same on every machine.
package enum ScaleGrid {
    /// 2^(j/8) rounded to nearest, j from 0 to 7.
    package static let roots: [Float] = [
        0x1p0, 0x1.172b84p0, 0x1.306fep0, 0x1.4bfdaep0, 0x1.6a09e6p0, 0x1.8ace54p0, 0x1.ae89fap0,
        0x1.d5818ep0,
    ]

    /// Every magnitude by its code, ascending.
    package static let magnitudes: [Float] = (0...255).map { code in
        code == 0
            ? 0 : roots[code & 7] * Float(sign: .plus, exponent: code / 8 - 27, significand: 1)
    }

    /// The code of the magnitude nearest to `value`, the lower of two equally near.
    static func nearest(_ value: Double) -> Int {
        let above = firstAtLeast(value, factor: 1)
        guard above > 0 else { return 0 }
        let (low, high) = (Double(magnitudes[above - 1]), Double(magnitudes[above]))
        return value - low <= high - value ? above - 1 : above
    }

    /// The lowest code whose magnitude times `factor` is at least `value`; 255 if there is none.
    static func firstAtLeast(_ value: Double, factor: Double) -> Int {
        var (low, high) = (0, 255)
        while low < high {
            let middle = (low + high) / 2
            if Double(magnitudes[middle]) * factor >= value {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }
}

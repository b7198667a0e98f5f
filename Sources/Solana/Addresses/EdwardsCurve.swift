/// The curve of Ed25519, as far as telling points from other bytes goes.
package enum EdwardsCurve {
    /// Whether 32 bytes are a point's encoding, as Solana decides it.
    ///
    /// The low 255 bits are y, also if they are p or more. There is an x if
    /// x² = (y² - 1) / (dy² + 1) has a root; its sign, the highest bit, does not matter.
    /// The divisor is never 0, and dividing by it or multiplying with it gives alike a square.
    package static func contains(_ bytes: [UInt8]) -> Bool {
        let squared = FieldElement(bytes).squared()
        let numerator = squared - FieldElement(1)
        let divisor = coefficient * squared + FieldElement(1)
        return isZeroOrSquare(numerator * divisor)
    }

    /// d = -121665 / 121666.
    private static let coefficient = FieldElement([
        0xA3, 0x78, 0x59, 0x13, 0xCA, 0x4D, 0xEB, 0x75, 0xAB, 0xD8, 0x41, 0x41, 0x4D, 0x0A, 0x70,
        0x00, 0x98, 0xE8, 0x79, 0x77, 0x79, 0x40, 0xC7, 0x8C, 0x73, 0xFE, 0x6F, 0x2B, 0xEE, 0x6C,
        0x03, 0x52,
    ])

    /// Euler's criterion: z^((p - 1) / 2) is 1 for squares, and (p - 1) / 2 = 2^254 - 10.
    private static func isZeroOrSquare(_ z: FieldElement) -> Bool {
        // Named for the number of ones in the exponent's binary form.
        let two = z.squared() * z
        let four = two.squared(2) * two
        let five = four.squared() * z
        let ten = five.squared(5) * five
        let twenty = ten.squared(10) * ten
        let twentyFive = twenty.squared(5) * five
        let fifty = twentyFive.squared(25) * twentyFive
        let hundred = fifty.squared(50) * fifty
        let twoHundred = hundred.squared(100) * hundred
        let most = twoHundred.squared(50) * fifty
        let power = most.squared(4) * two.squared()
        return power.isOne || z.isZero
    }
}

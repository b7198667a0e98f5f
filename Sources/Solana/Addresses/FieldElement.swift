/// An integer modulo p = 2^255 - 19, in five limbs of 51 bits, the lowest first.
///
/// Limbs may have some bits more between operations; only `isZero` and `isOne` look at the one
/// value below p.
struct FieldElement {
    private var limbs: [5 of UInt64]

    private static let mask: UInt64 = 1 << 51 - 1

    private init(_ limbs: [5 of UInt64]) { self.limbs = limbs }

    /// The element of a small integer.
    init(_ value: UInt64) {
        precondition(value <= Self.mask, "one limb")
        limbs = [value, 0, 0, 0, 0]
    }

    /// The low 255 bits of 32 bytes, the lowest first; values from p up are reduced.
    init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32, "an encoding has 32 bytes")
        func limb(from bit: Int) -> UInt64 {
            let first = bit / 8
            var word: UInt64 = 0
            for index in (first..<min(first + 8, 32)).reversed() {
                word = word << 8 | UInt64(bytes[index])
            }
            return word >> UInt64(bit % 8) & Self.mask
        }
        limbs = [limb(from: 0), limb(from: 51), limb(from: 102), limb(from: 153), limb(from: 204)]
    }

    static func + (left: FieldElement, right: FieldElement) -> FieldElement {
        var sum = left.limbs
        for index in 0..<5 { sum[index] += right.limbs[index] }
        return FieldElement(sum).carried()
    }

    static func - (left: FieldElement, right: FieldElement) -> FieldElement {
        // Sixteen times p keeps every limb positive.
        var difference = left.limbs
        for index in 0..<5 {
            difference[index] += 16 * (index == 0 ? mask - 18 : mask)
            difference[index] -= right.limbs[index]
        }
        return FieldElement(difference).carried()
    }

    static func * (left: FieldElement, right: FieldElement) -> FieldElement {
        let (a, b) = (left.limbs, right.limbs)
        var columns: [5 of UInt128] = [0, 0, 0, 0, 0]
        for row in 0..<5 {
            for column in 0..<5 {
                let product = UInt128(a[row]) * UInt128(b[column])
                // 2^255 is 19 modulo p.
                if row + column < 5 {
                    columns[row + column] += product
                } else {
                    columns[row + column - 5] += 19 * product
                }
            }
        }
        var limbs: [5 of UInt64] = [0, 0, 0, 0, 0]
        var carry: UInt128 = 0
        for index in 0..<5 {
            let column = columns[index] + carry
            limbs[index] = UInt64(truncatingIfNeeded: column) & mask
            carry = column >> 51
        }
        // The carry has fewer than 64 bits, but not its product with 19.
        let low = UInt128(limbs[0]) + 19 * carry
        limbs[0] = UInt64(truncatingIfNeeded: low) & mask
        limbs[1] += UInt64(truncatingIfNeeded: low >> 51)
        return FieldElement(limbs)
    }

    /// This element squared `count` times.
    func squared(_ count: Int = 1) -> FieldElement {
        var result = self
        for _ in 0..<count { result = result * result }
        return result
    }

    /// Whether this is 0.
    var isZero: Bool { reduced() == [0, 0, 0, 0, 0] }

    /// Whether this is 1.
    var isOne: Bool { reduced() == [1, 0, 0, 0, 0] }

    /// The same value with limbs of little more than 51 bits.
    private func carried() -> FieldElement {
        var result = limbs
        var carry: UInt64 = 0
        for index in 0..<5 {
            result[index] += carry
            carry = result[index] >> 51
            result[index] &= Self.mask
        }
        result[0] += 19 * carry
        return FieldElement(result)
    }

    /// The limbs of the one value below p.
    private func reduced() -> [UInt64] {
        let value = carried().carried()
        // The value is below 2^255; it is at least p just if adding 19 carries out at the top.
        var excess: UInt64 = 19
        for index in 0..<5 { excess = (value.limbs[index] + excess) >> 51 }
        var result: [UInt64] = []
        var carry = 19 * excess
        for index in 0..<5 {
            let limb = value.limbs[index] + carry
            result.append(limb & Self.mask)
            carry = limb >> 51
        }
        return result
    }
}

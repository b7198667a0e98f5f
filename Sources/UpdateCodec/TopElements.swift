import Numerics

/// Finds the largest magnitudes of a chunk, without sorting.
///
/// The bits of a magnitude order as the magnitude does. Counting them by their leading 11 bits, then
/// the next 10 of those that share the deciding ones, then the last 10, gives the smallest
/// magnitude sent and how many of its equals are.
struct TopElements {
    private var magnitudes: [UInt32] = []
    private var candidates: [UInt32] = []
    private var counts = [Int](repeating: 0, count: 2048)

    /// Puts the places of the `count` largest magnitudes of `elements` in `indices`, ascending; the
    /// lower place first among equals.
    mutating func select(_ count: Int, of elements: FloatView, into indices: inout [UInt16]) {
        indices.removeAll(keepingCapacity: true)
        guard count < elements.count else {
            for index in 0..<elements.count { indices.append(UInt16(index)) }
            return
        }
        readMagnitudes(elements)
        var (least, equals) = threshold(count)
        for (index, magnitude) in magnitudes.enumerated() where magnitude >= least {
            if magnitude == least {
                guard equals > 0 else { continue }
                equals -= 1
            }
            indices.append(UInt16(truncatingIfNeeded: index))
        }
    }

    private mutating func readMagnitudes(_ elements: FloatView) {
        if magnitudes.count != elements.count {
            magnitudes = [UInt32](repeating: 0, count: elements.count)
            candidates = magnitudes
        }
        unsafe elements.withPointer { source in
            for index in magnitudes.indices {
                magnitudes[index] = unsafe source[index].bitPattern & 0x7FFF_FFFF
            }
        }
    }

    /// The smallest magnitude of the `count` largest, and how many of those are equal to it.
    private mutating func threshold(_ count: Int) -> (least: UInt32, equals: Int) {
        var (least, wanted) = decide(digitOf: magnitudes, shift: 20, wanted: count)
        var remaining = 0
        for magnitude in magnitudes {
            candidates[remaining] = magnitude
            remaining += magnitude >> 20 == least ? 1 : 0
        }
        for shift: UInt32 in [10, 0] {
            let digits = candidates[..<remaining]
            let (digit, rest) = decide(digitOf: digits, shift: shift, wanted: wanted)
            wanted = rest
            least = least << 10 | digit
            var kept = 0
            for index in 0..<remaining where candidates[index] >> shift == least {
                candidates[kept] = candidates[index]
                kept += 1
            }
            remaining = kept
        }
        return (least, wanted)
    }

    /// The digit at `shift` that the `wanted`-th largest number has, and how many of the numbers
    /// with that digit are among the largest.
    private mutating func decide(
        digitOf numbers: some Sequence<UInt32>, shift: UInt32, wanted: Int
    ) -> (digit: UInt32, wanted: Int) {
        for index in counts.indices { counts[index] = 0 }
        let mask: UInt32 = shift == 20 ? 2047 : 1023
        for number in numbers { counts[Int(number >> shift & mask)] += 1 }
        var (digit, rest) = (Int(mask), wanted)
        while counts[digit] < rest {
            rest -= counts[digit]
            digit -= 1
        }
        return (UInt32(digit), rest)
    }
}

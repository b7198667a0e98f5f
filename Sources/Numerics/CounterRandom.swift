/// Random numbers that are a function of (seed, stream, index): nothing to advance or to save.
///
/// Philox4x32-10 of J. Salmon and others, "Parallel random numbers: as easy as 1, 2, 3" (2011);
/// the uses of its blocks are fixed in `docs/arithmetic.md`, section 6. One stream serves one
/// purpose and one kind of number.
package struct CounterRandom: Sendable, Equatable {
    /// The key.
    package let seed: UInt64
    /// What the numbers are for; streams of one seed are independent.
    package let stream: UInt32

    /// The numbers of `stream` under `seed`.
    package init(seed: UInt64, stream: UInt32 = 0) {
        self.seed = seed
        self.stream = stream
    }

    /// Word `index`: word `index` mod 4 of block `index` / 4.
    package func word(at index: UInt64) -> UInt32 { block(index / 4)[Int(index % 4)] }

    /// A float from 0 to below 1, a multiple of 2⁻²⁴: the upper bits of word `index`.
    package func uniform(at index: UInt64) -> Float { Float(word(at: index) >> 8) * 0x1p-24 }

    /// An integer from 0 to below `bound`, by rejection: block `index`, attempts 0, 1, ….
    package func integer(below bound: UInt64, at index: UInt64) -> UInt64 {
        precondition(bound > 0, "an integer below zero")
        // 2⁶⁴ mod bound: values below it would be too frequent.
        let threshold = (0 &- bound) % bound
        var attempt: UInt32 = 0
        while true {
            let words = block(index, attempt: attempt)
            for value in [pair(words[0], words[1]), pair(words[2], words[3])]
            where value >= threshold { return value % bound }
            attempt &+= 1
        }
    }

    /// A number from the standard normal distribution, by Box and Muller's transform in double.
    ///
    /// Numbers 2i and 2i + 1 come from block i: √(−2 ln u) times the cosine and the sine of 2πv.
    package func normal(at index: UInt64) -> Float {
        let words = block(index / 2)
        let u = Double((pair(words[0], words[1]) >> 11) + 1) * 0x1p-53
        let v = Double(pair(words[2], words[3]) >> 11) * 0x1p-53
        let radius = (-2 * ElementaryFunctions.log(u)).squareRoot()
        let (sine, cosine) = ElementaryFunctions.sineAndCosine(turns: v)
        return Float(radius * (index % 2 == 0 ? cosine : sine))
    }

    /// The four words of block `index`.
    package func block(_ index: UInt64, attempt: UInt32 = 0) -> SIMD4<UInt32> {
        Philox.block(
            counter: SIMD4(
                UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), stream,
                attempt),
            key: SIMD2(
                UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    }

    private func pair(_ low: UInt32, _ high: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
}

/// The block function Philox4x32-10.
package enum Philox {
    /// Ten rounds over `counter` under `key`.
    package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (a, b, c, d) = (counter[0], counter[1], counter[2], counter[3])
        var (low, high) = (key[0], key[1])
        for _ in 0..<10 {
            let first = a.multipliedFullWidth(by: 0xD251_1F53)
            let second = c.multipliedFullWidth(by: 0xCD9E_8D57)
            (a, b) = (second.high ^ b ^ low, second.low)
            (c, d) = (first.high ^ d ^ high, first.low)
            low &+= 0x9E37_79B9
            high &+= 0xBB67_AE85
        }
        return SIMD4(a, b, c, d)
    }
}

import Numerics
import Synchronization

/// The elements of greatest magnitude of a difference: by magnitude, as a binary32, and of equals
/// the first ones.
struct RankCut: Sendable {
    /// The least magnitude among them, as a key.
    private let key: UInt32
    /// Elements of that very magnitude belong to them before this index.
    private let end: Int

    /// The order of magnitudes: the bits of the nearest binary32.
    static func key(_ difference: Double) -> UInt32 { Float(difference).magnitude.bitPattern }

    /// The first `rank` of the elements of `input` less `base`.
    init(first rank: Int, of input: FloatView, from base: FloatView, _ arithmetic: Arithmetic) {
        guard rank > 0 else {
            (key, end) = (.max, 0)
            return
        }
        let keys = { @Sendable (range: Range<Int>) in
            zip(input[range].array, base[range].array)
                .map { Self.key(Double($0) - Double($1)) }
        }
        let upper = Self.histogram(input.count, arithmetic) { range in
            keys(range).map { Int($0 >> 16) }
        }
        let (high, above) = Self.bin(upper, holding: rank)
        let lower = Self.histogram(input.count, arithmetic) { range in
            keys(range).compactMap { $0 >> 16 == high ? Int($0 & 0xFFFF) : nil }
        }
        let (low, aboveLow) = Self.bin(lower, holding: rank - above)
        let key = UInt32(high << 16 | low)
        self.key = key
        let wanted = rank - above - aboveLow
        end =
            wanted == lower[low]
            ? input.count : Self.end(of: wanted, key, among: input.count, keys)
    }

    /// Whether the element at `index`, whose key is `key`, is one of them.
    func includes(_ key: UInt32, _ index: Int) -> Bool {
        key > self.key || (key == self.key && index < end)
    }

    /// How often each of 65,536 values occurs.
    private static func histogram(
        _ count: Int, _ arithmetic: Arithmetic, _ bins: @Sendable (Range<Int>) -> [Int]
    ) -> [Int] {
        let total = Mutex([Int](repeating: 0, count: 1 << 16))
        // Whole numbers add up to the same in any order.
        arithmetic.parallelRanges(count, grain: 1 << 20) { part in
            var counts = [Int](repeating: 0, count: 1 << 16)
            var start = part.lowerBound
            while start < part.upperBound {
                let end = min(start + BlockSums.length, part.upperBound)
                for bin in bins(start..<end) { counts[bin] += 1 }
                start = end
            }
            total.withLock { total in
                for bin in total.indices { total[bin] += counts[bin] }
            }
        }
        return total.withLock { $0 }
    }

    /// The bin that holds the element of `rank`, counted from the greatest, and how many are above.
    private static func bin(_ counts: [Int], holding rank: Int) -> (bin: Int, above: Int) {
        var above = 0
        for bin in counts.indices.reversed() {
            if above + counts[bin] >= rank { return (bin, above) }
            above += counts[bin]
        }
        preconditionFailure("rank \(rank) of \(above)")
    }

    /// The index after the `wanted`-th element whose key is `key`.
    private static func end(
        of wanted: Int, _ key: UInt32, among count: Int, _ keys: (Range<Int>) -> [UInt32]
    ) -> Int {
        var left = wanted
        for block in 0..<BlockSums.blockCount(count) {
            let range = BlockSums.block(block, of: count)
            for (index, found) in keys(range).enumerated() where found == key {
                left -= 1
                if left == 0 { return range.lowerBound + index + 1 }
            }
        }
        return count
    }
}

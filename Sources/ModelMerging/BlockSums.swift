import Numerics
import Synchronization

/// Sums over a tensor in one order: blocks of 16,384 elements, each in eight lanes, lanes added by
/// a fixed tree, blocks one after the other.
enum BlockSums {
    /// Elements of a block.
    static let length = 16_384

    /// How many blocks `count` elements are.
    static func blockCount(_ count: Int) -> Int { (count + length - 1) / length }

    /// The elements of block `index` of `count` elements.
    static func block(_ index: Int, of count: Int) -> Range<Int> {
        index * length..<min((index + 1) * length, count)
    }

    /// Several sums at once: `body` gives those of one block.
    static func sums(
        _ count: Int, _ arithmetic: Arithmetic, _ body: @Sendable (Range<Int>) -> [Double]
    ) -> [Double] {
        let parts = Mutex([[Double]](repeating: [], count: blockCount(count)))
        arithmetic.parallelFor(blockCount(count)) { index in
            let sums = body(block(index, of: count))
            parts.withLock { $0[index] = sums }
        }
        let all = parts.withLock { $0 }
        guard var total = all.first else { return body(0..<0) }
        for part in all.dropFirst() {
            for index in total.indices { total[index] += part[index] }
        }
        return total
    }

    /// The sum of `term` over the elements of one block: element i goes to lane i mod 8.
    static func lanes(_ count: Int, _ term: (Int) -> Double) -> Double {
        var lanes = SIMD8<Double>.zero
        var start = 0
        while start + 8 <= count {
            var terms = SIMD8<Double>.zero
            for lane in 0..<8 { terms[lane] = term(start + lane) }
            lanes += terms
            start += 8
        }
        for lane in 0..<(count - start) { lanes[lane] += term(start + lane) }
        let four = lanes.lowHalf + lanes.highHalf
        let two = four.lowHalf + four.highHalf
        return two[0] + two[1]
    }

    /// The sum of products of two arrays of one block.
    static func dot(_ left: [Double], _ right: [Double]) -> Double {
        lanes(left.count) { left[$0] * right[$0] }
    }
}

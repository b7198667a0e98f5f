import Numerics
package import Storage

/// A permutation of 0..<count chosen by a key, computed for one index at a time, both ways.
///
/// From 256 elements on it is a Feistel network of 12 rounds on the smallest square domain that
/// holds them, with cycle walking; below that a table shuffled by Fisher and Yates' method.
/// Normative text: docs/protocol.md, section "The order of an epoch".
package struct KeyedPermutation: Sendable {
    /// The largest number of elements.
    package static let maximumCount: UInt64 = 1 << 62

    /// Below this many elements a table is used.
    static let smallestFeistel: UInt64 = 256

    private static let rounds: UInt32 = 12

    /// How many elements are permuted.
    package let count: UInt64

    private let words: [UInt32]
    private let halfBits: UInt64
    private let table: [UInt64]
    private let inverseTable: [UInt64]

    /// The permutation of `count` elements, at least one, that `key` chooses.
    package init(count: UInt64, key: Digest) {
        precondition((1...Self.maximumCount).contains(count), "a permutation has elements")
        self.count = count
        words = stride(from: 0, to: 32, by: 4).map { start in
            key.bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        var halfBits: UInt64 = 1
        while count > 1 << (2 * halfBits) { halfBits += 1 }
        self.halfBits = halfBits
        guard count < Self.smallestFeistel else {
            table = []
            inverseTable = []
            return
        }
        var source = WordSource(words: words)
        var table = Array(0..<count)
        for last in stride(from: Int(count) - 1, to: 0, by: -1) {
            table.swapAt(last, Int(source.next(below: UInt32(last + 1))))
        }
        var inverse = table
        for (position, element) in table.enumerated() { inverse[Int(element)] = UInt64(position) }
        self.table = table
        inverseTable = inverse
    }

    /// The element at a position below `count`.
    package func element(at position: UInt64) -> UInt64 {
        precondition(position < count, "position within the permutation")
        guard table.isEmpty else { return table[Int(position)] }
        var element = position
        repeat { element = encipher(element) } while element >= count
        return element
    }

    /// The position at which an element below `count` stands.
    package func position(of element: UInt64) -> UInt64 {
        precondition(element < count, "element within the permutation")
        guard inverseTable.isEmpty else { return inverseTable[Int(element)] }
        var position = element
        repeat { position = decipher(position) } while position >= count
        return position
    }

    private func encipher(_ value: UInt64) -> UInt64 {
        var left = value >> halfBits
        var right = value & (1 << halfBits - 1)
        for round in 0..<Self.rounds { (left, right) = (right, left ^ mix(right, round)) }
        return left << halfBits | right
    }

    private func decipher(_ value: UInt64) -> UInt64 {
        var left = value >> halfBits
        var right = value & (1 << halfBits - 1)
        for round in (0..<Self.rounds).reversed() {
            (left, right) = (right ^ mix(left, round), left)
        }
        return left << halfBits | right
    }

    /// The round function: even rounds use the first half of the key, odd rounds the second.
    private func mix(_ half: UInt64, _ round: UInt32) -> UInt64 {
        let base = round & 1 == 0 ? 0 : 4
        let counter = SIMD4(
            UInt32(truncatingIfNeeded: half), round, words[base + 2], words[base + 3])
        let block = Philox.block(counter: counter, key: SIMD2(words[base], words[base + 1]))
        return UInt64(block[0]) & (1 << halfBits - 1)
    }
}

/// The words that shuffle a small table: Philox blocks of a counter that the rounds never use.
private struct WordSource {
    private let words: [UInt32]
    private var taken: UInt32 = 0
    private var block = SIMD4<UInt32>.zero

    init(words: [UInt32]) {
        self.words = words
    }

    /// A number below `bound`, all equally likely: words of the incomplete last cycle are skipped.
    mutating func next(below bound: UInt32) -> UInt32 {
        let excess = UInt32(truncatingIfNeeded: (1 << 32) % UInt64(bound))
        while true {
            let word = next()
            if word <= UInt32.max - excess { return word % bound }
        }
    }

    private mutating func next() -> UInt32 {
        if taken & 3 == 0 {
            block = Philox.block(
                counter: SIMD4(taken >> 2, 12, words[2], words[3]),
                key: SIMD2(words[0], words[1]))
        }
        defer { taken += 1 }
        return block[Int(taken & 3)]
    }
}

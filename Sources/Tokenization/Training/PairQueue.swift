/// Pairs of tokens, the most frequent first and of equals the one with the smallest ids.
struct PairQueue {
    private struct Entry {
        let count: Int
        let pair: UInt64

        func precedes(_ other: Entry) -> Bool {
            count != other.count ? count > other.count : pair < other.pair
        }
    }

    private var heap: [Entry] = []

    /// Two ids in one word, the left in the upper half, so that words sort as pairs do.
    static func pair(_ left: UInt32, _ right: UInt32) -> UInt64 {
        UInt64(left) << 32 | UInt64(right)
    }

    /// The ids in a word.
    static func halves(of pair: UInt64) -> (left: UInt32, right: UInt32) {
        (UInt32(pair >> 32), UInt32(truncatingIfNeeded: pair))
    }

    /// Queues a pair under the count it has now.
    mutating func push(_ pair: UInt64, count: Int) {
        heap.append(Entry(count: count, pair: pair))
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the first pair out, with the count it was queued under.
    mutating func pop() -> (pair: UInt64, count: Int)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.pair, first.count)
    }

    private mutating func sink() {
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}

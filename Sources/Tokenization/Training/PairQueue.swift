/// Pairs of tokens, the most frequent first and of equals the one with the smallest ids.
struct PairQueue {
    /// A pair with the count it was queued under and the words it was queued for.
    struct Entry {
        var count: Int
        let pair: UInt64
        /// The number of the pair in `PairTable`.
        let number: UInt32
        /// A list in `WordLists`.
        let words: UInt32

        fileprivate func precedes(_ other: Entry) -> Bool {
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

    /// The first entry.
    var first: Entry? { heap.first }

    /// Queues a pair.
    mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, entry.precedes(heap[(child - 1) / 2]) {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        heap[child] = entry
    }

    /// Takes the first entry out; there must be one.
    mutating func removeFirst() {
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last) }
    }

    /// Queues the first entry anew under another count.
    mutating func renewFirst(count: Int) {
        var entry = heap[0]
        entry.count = count
        sink(entry)
    }

    /// Puts `entry` in the place of the first and moves it to where it belongs.
    private mutating func sink(_ entry: Entry) {
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(entry) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}

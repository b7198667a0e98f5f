/// Pending merges, the lowest rank first and the leftmost of equals: a binary heap.
struct MergeQueue {
    private var heap: [UInt64] = []

    mutating func removeAll() {
        heap.removeAll(keepingCapacity: true)
    }

    /// Queues the merge of the token at `place` with the next; `MergeTable.none` is left out.
    mutating func push(_ merge: UInt64, at place: UInt32) {
        guard merge != MergeTable.none else { return }
        var child = heap.count
        heap.append(merge & ~0xFFFF_FFFF | UInt64(place))
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the first merge out.
    mutating func pop() -> (rank: UInt64, place: UInt32)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first >> 32, UInt32(truncatingIfNeeded: first))
    }

    private mutating func sink() {
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}

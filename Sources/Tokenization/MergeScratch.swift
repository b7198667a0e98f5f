/// The working memory of merging one piece, kept from piece to piece.
struct MergeScratch {
    /// Pieces up to this many bytes are merged by plain search, longer ones with a heap.
    static let shortPiece = 64

    private var tokens: [UInt32] = []
    private var pending: [UInt64] = []
    private var following: [UInt32] = []
    private var preceding: [UInt32] = []
    private var queue = MergeQueue()

    /// Merges in O(n²) steps, which is fastest while n is small.
    mutating func mergeShort(
        _ piece: Span<UInt8>, model: BytePairModel, into output: inout [UInt32]
    ) {
        start(piece, model: model)
        while tokens.count > 1 {
            var best = MergeTable.none
            var place = 0
            for index in 0..<tokens.count - 1 where pending[index] < best {
                best = pending[index]
                place = index
            }
            guard best != MergeTable.none else { break }
            tokens[place] = UInt32(truncatingIfNeeded: best)
            tokens.remove(at: place + 1)
            pending.remove(at: place)
            if place + 1 < tokens.count {
                pending[place] = model.merges.merge(tokens[place], tokens[place + 1])
            }
            if place > 0 {
                pending[place - 1] = model.merges.merge(tokens[place - 1], tokens[place])
            }
        }
        output += tokens
    }

    /// Merges in O(n log n) steps with a linked list of tokens and a heap of pending merges.
    mutating func mergeLong(
        _ piece: Span<UInt8>, model: BytePairModel, into output: inout [UInt32]
    ) {
        start(piece, model: model)
        let end = UInt32(tokens.count)
        following = Array(1...end)
        preceding = [end] + Array(0..<end - 1)
        queue.removeAll()
        for index in pending.indices { queue.push(pending[index], at: UInt32(index)) }
        while let (rank, place) = queue.pop() {
            // A pair that changed since it was queued has another rank now, or none.
            guard pending[Int(place)] >> 32 == rank, pending[Int(place)] != MergeTable.none
            else { continue }
            join(at: place, end: end, model: model)
        }
        var place: UInt32 = 0
        while place != end {
            output.append(tokens[Int(place)])
            place = following[Int(place)]
        }
    }

    private mutating func start(_ piece: Span<UInt8>, model: BytePairModel) {
        tokens.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        for index in piece.indices {
            tokens.append(model.byteTokens[Int(piece[index])])
        }
        for index in 1..<tokens.count {
            pending.append(model.merges.merge(tokens[index - 1], tokens[index]))
        }
        pending.append(MergeTable.none)
    }

    /// Merges the token at `place` with the next and queues the two pairs that come about.
    private mutating func join(at place: UInt32, end: UInt32, model: BytePairModel) {
        let removed = Int(following[Int(place)])
        let next = following[removed]
        tokens[Int(place)] = UInt32(truncatingIfNeeded: pending[Int(place)])
        pending[removed] = MergeTable.none
        following[Int(place)] = next
        if next != end { preceding[Int(next)] = place }
        renew(place, end: end, model: model)
        let before = preceding[Int(place)]
        if before != end { renew(before, end: end, model: model) }
    }

    private mutating func renew(_ place: UInt32, end: UInt32, model: BytePairModel) {
        let next = following[Int(place)]
        var merge = MergeTable.none
        if next != end { merge = model.merges.merge(tokens[Int(place)], tokens[Int(next)]) }
        pending[Int(place)] = merge
        queue.push(merge, at: place)
    }
}

/// Pending merges, the lowest rank first and the leftmost of equals: a binary heap.
private struct MergeQueue {
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

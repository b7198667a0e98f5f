/// Merges the tokens of one text at a time, in memory kept from text to text.
///
/// No piece is looked up whole here: the result is that of the merges alone.
@safe final class MergeScratch {
    /// Texts up to this many bytes are merged by plain search, longer ones with a heap.
    static let shortText = 64

    private let model: BytePairModel
    private let tokens: UnsafeMutablePointer<UInt32>
    private let pending: UnsafeMutablePointer<UInt64>
    private var longTokens: [UInt32] = []
    private var longPending: [UInt64] = []
    private var following: [UInt32] = []
    private var preceding: [UInt32] = []
    private var queue = MergeQueue()

    init(_ model: BytePairModel) {
        self.model = model
        unsafe tokens = .allocate(capacity: Self.shortText)
        unsafe pending = .allocate(capacity: Self.shortText)
    }

    deinit {
        unsafe tokens.deallocate()
        unsafe pending.deallocate()
    }

    /// Calls `body` with the tokens of a text of at least one byte, which live until it returns.
    func merge<Result>(
        _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt32>) -> Result
    ) -> Result {
        guard text.count > Self.shortText else {
            let count = unsafe mergeShort(text)
            return unsafe body(UnsafeBufferPointer(start: tokens, count: count))
        }
        unsafe mergeLong(text)
        return unsafe longTokens.withUnsafeBufferPointer { unsafe body($0) }
    }

    /// Merges in O(n²) steps, which is fastest while n is small, and says how many tokens are left.
    private func mergeShort(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        unsafe start(text, tokens, pending)
        return unsafe model.merges.withLookup { unsafe mergeShort(text.count, $0) }
    }

    /// Sets out the tokens of the bytes and the merges of each with the next.
    private func start(
        _ text: UnsafeBufferPointer<UInt8>, _ tokens: UnsafeMutablePointer<UInt32>,
        _ pending: UnsafeMutablePointer<UInt64>
    ) {
        let last = text.count - 1
        for index in 0...last {
            unsafe tokens[index] = model.byteTokens[Int(text[index])]
        }
        for index in 0..<last {
            unsafe pending[index] = model.byteMerges[Int(text[index]) << 8 | Int(text[index + 1])]
        }
    }

    private func mergeShort(_ length: Int, _ merges: MergeLookup) -> Int {
        let (tokens, pending) = unsafe (tokens, pending)
        // How many tokens there are but the last.
        var pairs = length - 1
        while pairs > 0 {
            var best = unsafe pending[0]
            var place = 0
            for index in 1..<max(pairs, 1) {
                let merge = unsafe pending[index]
                place = merge < best ? index : place
                best = min(best, merge)
            }
            guard best != MergeTable.none else { break }
            pairs &-= 1
            let result = UInt32(truncatingIfNeeded: best)
            unsafe tokens[place] = result
            if place < pairs {
                let after = unsafe tokens[place + 2]
                unsafe pending[place] = merges.merge(result, after)
                for index in place + 1..<pairs {
                    unsafe tokens[index] = tokens[index + 1]
                    unsafe pending[index] = pending[index + 1]
                }
                unsafe tokens[pairs] = tokens[pairs + 1]
            }
            if place > 0 {
                unsafe pending[place - 1] = merges.merge(tokens[place - 1], result)
            }
        }
        return pairs + 1
    }

    /// Merges in O(n log n) steps with a linked list of tokens and a heap of pending merges.
    private func mergeLong(_ text: UnsafeBufferPointer<UInt8>) {
        unsafe start(text)
        let end = UInt32(longTokens.count)
        while let (rank, place) = queue.pop() {
            // A pair that changed since it was queued has another rank now, or none.
            let merge = longPending[Int(place)]
            guard merge >> 32 == rank, merge != MergeTable.none else { continue }
            join(at: place, end: end)
        }
        var count = 0
        var place: UInt32 = 0
        while place != end {
            longTokens[count] = longTokens[Int(place)]
            count += 1
            place = following[Int(place)]
        }
        longTokens.removeLast(longTokens.count - count)
    }

    private func start(_ text: UnsafeBufferPointer<UInt8>) {
        let end = UInt32(text.count)
        longTokens.removeAll(keepingCapacity: true)
        longPending.removeAll(keepingCapacity: true)
        following.removeAll(keepingCapacity: true)
        preceding.removeAll(keepingCapacity: true)
        queue.removeAll()
        for index in 0..<text.count {
            let byte = Int(unsafe text[index])
            longTokens.append(model.byteTokens[byte])
            following.append(UInt32(index + 1))
            preceding.append(index == 0 ? end : UInt32(index - 1))
            let isLast = index + 1 == text.count
            let merge =
                isLast ? MergeTable.none : model.byteMerges[byte << 8 | Int(unsafe text[index + 1])]
            longPending.append(merge)
            queue.push(merge, at: UInt32(index))
        }
    }

    /// Merges the token at `place` with the next and queues the two pairs that come about.
    private func join(at place: UInt32, end: UInt32) {
        let removed = Int(following[Int(place)])
        let next = following[removed]
        longTokens[Int(place)] = UInt32(truncatingIfNeeded: longPending[Int(place)])
        longPending[removed] = MergeTable.none
        following[Int(place)] = next
        if next != end { preceding[Int(next)] = place }
        renew(place, end: end)
        let before = preceding[Int(place)]
        if before != end { renew(before, end: end) }
    }

    private func renew(_ place: UInt32, end: UInt32) {
        let next = following[Int(place)]
        var merge = MergeTable.none
        if next != end { merge = model.merges.merge(longTokens[Int(place)], longTokens[Int(next)]) }
        longPending[Int(place)] = merge
        queue.push(merge, at: place)
    }
}

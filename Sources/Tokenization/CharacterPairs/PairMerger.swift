/// Merges the symbols of a word, the earliest merge first and the leftmost of equals.
///
/// Long words are merged window by window, so that time and memory stay linear. That is exact: a
/// sequence of tokens is the encoding of its text if each two neighbours are the encoding of
/// theirs, and there is one such sequence alone, since the merges of two parts of a text take no
/// notice of each other unless one crosses the border. So where the encodings of two overlapping
/// windows have a token in common, the first up to it and the second from it on are the encoding of
/// both windows together.
struct PairMerger {
    /// Words up to this many symbols are merged by plain search, longer ones with a heap.
    private static let shortWord = 32
    /// How many symbols a window has at first, and how many it shares with the next.
    private static let window = 2048
    private static let overlap = 256

    /// A token and the position after its last symbol.
    private typealias Merged = (token: UInt32, end: Int)

    private var tokens: [UInt32] = []
    private var pending: [UInt64] = []
    private var following: [UInt32] = []
    private var preceding: [UInt32] = []
    private var heap: [UInt64] = []
    /// The last window and its tokens, which are those of the next where a text repeats itself.
    private var lastWindow: [UInt32] = []
    private var lastMerged: [Merged] = []

    /// Appends the tokens of a word.
    mutating func merge(_ word: [UInt32], by merges: MergeTable, into output: inout [UInt32]) {
        if word.count <= 1 {
            output += word
        } else if word.count <= Self.shortWord {
            mergeShort(word, merges, into: &output)
        } else {
            var size = Self.window
            while true {
                if let found = mergeWindows(word, size: size, merges) {
                    output += found
                    return
                }
                size *= 2
            }
        }
    }

    private mutating func mergeShort(
        _ word: [UInt32], _ merges: MergeTable, into output: inout [UInt32]
    ) {
        tokens.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        tokens += word
        for index in 1..<word.count { pending.append(merges.merge(word[index - 1], word[index])) }
        while let place = indexOfEarliest() {
            tokens[place] = UInt32(truncatingIfNeeded: pending[place])
            tokens.remove(at: place + 1)
            pending.remove(at: place)
            if place < pending.count {
                pending[place] = merges.merge(tokens[place], tokens[place + 1])
            }
            if place > 0 { pending[place - 1] = merges.merge(tokens[place - 1], tokens[place]) }
        }
        output += tokens
    }

    private func indexOfEarliest() -> Int? {
        var best = MergeTable.none
        var place: Int?
        for index in pending.indices where pending[index] >> 32 < best >> 32 {
            best = pending[index]
            place = index
        }
        return place
    }

    /// The tokens of a word, or nil if two windows of `size` have no token in common.
    private mutating func mergeWindows(
        _ word: [UInt32], size: Int, _ merges: MergeTable
    ) -> [UInt32]? {
        var output: [UInt32] = []
        var end = min(size, word.count)
        var current = mergeWindow(word, 0..<end, merges)
        while end < word.count {
            let keep = current.firstIndex { $0.end > end - Self.overlap } ?? 0
            guard keep > 0 else { return nil }
            let start = current[keep - 1].end
            let nextEnd = min(start + size, word.count)
            let next = mergeWindow(word, start..<nextEnd, merges)
            guard let (left, right) = Self.common(current, from: keep, next, start: start)
            else { return nil }
            for index in 0...left { output.append(current[index].token) }
            current = Array(next[(right + 1)...])
            end = nextEnd
        }
        return output + current.map(\.token)
    }

    /// Where two encodings, the second of which begins at `start`, have their first common token.
    private static func common(
        _ first: [Merged], from index: Int, _ second: [Merged], start: Int
    ) -> (Int, Int)? {
        var (left, right) = (index, 0)
        var (leftStart, rightStart) = (start, start)
        while left < first.count, right < second.count {
            if leftStart == rightStart, first[left].end == second[right].end {
                return (left, right)
            }
            if first[left].end <= second[right].end {
                leftStart = first[left].end
                left += 1
            } else {
                rightStart = second[right].end
                right += 1
            }
        }
        return nil
    }

    /// The tokens of a part of a word.
    private mutating func mergeWindow(
        _ word: [UInt32], _ range: Range<Int>, _ merges: MergeTable
    ) -> [Merged] {
        let window = word[range]
        if !window.elementsEqual(lastWindow) {
            lastMerged = mergeLong(window, merges)
            lastWindow = Array(window)
        }
        return lastMerged.map { ($0.token, range.lowerBound + $0.end) }
    }

    /// The tokens of a window in O(n log n), with a linked list and a heap.
    private mutating func mergeLong(_ window: ArraySlice<UInt32>, _ merges: MergeTable) -> [Merged]
    {
        tokens = Array(window)
        let count = UInt32(tokens.count)
        following = Array(1...count)
        preceding = [count] + Array(0..<count - 1)
        pending = [UInt64](repeating: MergeTable.none, count: tokens.count)
        heap.removeAll(keepingCapacity: true)
        for place in 0..<count { renew(place, end: count, merges) }
        while let entry = pop() {
            let place = Int(entry & 0xFFFF_FFFF)
            // A pair that changed since it was queued has another rank now, or none.
            guard pending[place] != MergeTable.none, pending[place] >> 32 == entry >> 32
            else { continue }
            join(UInt32(place), end: count, merges)
        }
        var merged: [Merged] = []
        var place: UInt32 = 0
        while place != count {
            let next = following[Int(place)]
            merged.append((tokens[Int(place)], Int(next)))
            place = next
        }
        return merged
    }

    /// Merges the token at `place` with the next and queues the two pairs that come about.
    private mutating func join(_ place: UInt32, end: UInt32, _ merges: MergeTable) {
        let removed = Int(following[Int(place)])
        let next = following[removed]
        tokens[Int(place)] = UInt32(truncatingIfNeeded: pending[Int(place)])
        pending[removed] = MergeTable.none
        following[Int(place)] = next
        if next != end { preceding[Int(next)] = place }
        renew(place, end: end, merges)
        let before = preceding[Int(place)]
        if before != end { renew(before, end: end, merges) }
    }

    private mutating func renew(_ place: UInt32, end: UInt32, _ merges: MergeTable) {
        let next = following[Int(place)]
        guard next != end else {
            pending[Int(place)] = MergeTable.none
            return
        }
        let merge = merges.merge(tokens[Int(place)], tokens[Int(next)])
        pending[Int(place)] = merge
        if merge != MergeTable.none { push(merge & ~0xFFFF_FFFF | UInt64(place)) }
    }

    private mutating func push(_ entry: UInt64) {
        var child = heap.count
        heap.append(entry)
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() -> UInt64? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(parent, child)
            parent = child
        }
        return first
    }
}

/// How often each distinct piece occurs in the training text.
struct PieceCounter {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    /// The occurrences of each distinct piece, in the order of first occurrence.
    private(set) var counts: [Int] = []

    private var slots = [UInt32](repeating: UInt32.max, count: 1 << 12)
    // A fresh seed keeps crafted text from filling one chain; counts do not depend on it.
    private let seed = UInt64.random(in: .min ... .max)

    /// Counts one occurrence of the piece of `text` in `range`.
    mutating func add(_ text: Span<UInt8>, _ range: Range<Int>) {
        if 2 * counts.count >= slots.count { grow() }
        let mask = slots.count - 1
        var slot = home(of: text, range)
        while slots[slot] != UInt32.max {
            let piece = Int(slots[slot])
            if isEqual(piece, text, range) {
                counts[piece] += 1
                return
            }
            slot = (slot + 1) & mask
        }
        slots[slot] = UInt32(counts.count)
        for index in range { bytes.append(text[index]) }
        ends.append(bytes.count)
        counts.append(1)
    }

    /// The bytes of a distinct piece.
    func piece(_ index: Int) -> ArraySlice<UInt8> {
        bytes[ends[index]..<ends[index + 1]]
    }

    private func isEqual(_ piece: Int, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let first = ends[piece]
        guard ends[piece + 1] - first == range.count else { return false }
        for offset in 0..<range.count
        where bytes[first + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
    }

    private mutating func grow() {
        let mask = 2 * slots.count - 1
        slots = [UInt32](repeating: UInt32.max, count: mask + 1)
        let pieces = bytes
        for piece in counts.indices {
            var slot = home(of: pieces.span, ends[piece]..<ends[piece + 1])
            while slots[slot] != UInt32.max { slot = (slot + 1) & mask }
            slots[slot] = UInt32(piece)
        }
    }

    private func home(of text: Span<UInt8>, _ range: Range<Int>) -> Int {
        var hash = seed
        for index in range {
            hash = (hash ^ UInt64(text[index])) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    }
}

/// How often each distinct piece occurs in the training text.
struct PieceCounter {
    private struct Slot {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var count = 0
    }

    private var short = [Slot](repeating: Slot(), count: 1 << 12)
    private var shortCount = 0
    private var long: [[UInt8]: Int] = [:]
    // A fresh seed keeps crafted text from filling one chain; counts do not depend on it.
    private let seed = UInt64.random(in: .min ... .max) | 1

    /// Counts one occurrence of a piece of up to `PieceCache.longestPiece` bytes.
    @inline(__always)
    mutating func add(_ key: PieceCache.Key) {
        add(key.low, key.high, 1)
    }

    /// Counts one occurrence of any piece.
    mutating func add(_ piece: UnsafeBufferPointer<UInt8>) {
        if let key = unsafe PieceCache.Key(piece) {
            add(key)
        } else {
            long[unsafe Array(piece), default: 0] += 1
        }
    }

    /// Counts the occurrences that another counter has counted.
    mutating func add(_ other: PieceCounter) {
        for slot in other.short where slot.count > 0 { add(slot.low, slot.high, slot.count) }
        for (piece, count) in other.long { long[piece, default: 0] += count }
    }

    /// Calls `body` with every distinct piece and its occurrences, in no order.
    func forEach(_ body: (_ piece: [UInt8], _ count: Int) -> Void) {
        for slot in short where slot.count > 0 {
            let bytes = (0..<16).map { index in
                UInt8(
                    truncatingIfNeeded: (index < 8 ? slot.low : slot.high)
                        >> UInt64(8 * (index % 8)))
            }
            body(Array(bytes.prefix(Int(bytes[15]))), slot.count)
        }
        for (piece, count) in long { body(piece, count) }
    }

    @inline(__always)
    private mutating func add(_ low: UInt64, _ high: UInt64, _ count: Int) {
        let mask = short.count - 1
        var index = home(low, high) & mask
        while short[index].count > 0 {
            if short[index].low == low, short[index].high == high {
                short[index].count += count
                return
            }
            index = (index + 1) & mask
        }
        short[index] = Slot(low: low, high: high, count: count)
        shortCount += 1
        if 2 * shortCount > short.count { grow() }
    }

    private mutating func grow() {
        let old = short
        short = [Slot](repeating: Slot(), count: 2 * old.count)
        for slot in old where slot.count > 0 {
            var index = home(slot.low, slot.high) & (short.count - 1)
            while short[index].count > 0 { index = (index + 1) & (short.count - 1) }
            short[index] = slot
        }
    }

    @inline(__always)
    private func home(_ low: UInt64, _ high: UInt64) -> Int {
        var hash = (low ^ seed) &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ hash >> 32 ^ high) &* seed
        hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: hash >> 24)
    }
}

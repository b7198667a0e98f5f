/// Numbers for pairs of tokens, dense and in the order of first use: a hash table.
struct PairTable {
    /// The pairs by number.
    private(set) var pairs: [UInt64] = []
    private var slots = [UInt32](repeating: .max, count: 1 << 12)

    /// The number of a pair, which gets the next one if it has none.
    mutating func number(_ pair: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = home(pair) & mask
        while slots[slot] != .max {
            if pairs[Int(slots[slot])] == pair { return Int(slots[slot]) }
            slot = (slot + 1) & mask
        }
        slots[slot] = UInt32(pairs.count)
        pairs.append(pair)
        if 2 * pairs.count > slots.count { grow() }
        return pairs.count - 1
    }

    private mutating func grow() {
        let mask = 2 * slots.count - 1
        slots = [UInt32](repeating: .max, count: mask + 1)
        for (number, pair) in pairs.enumerated() {
            var slot = home(pair) & mask
            while slots[slot] != .max { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number)
        }
    }

    private func home(_ pair: UInt64) -> Int {
        let mixed = (pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32)
    }
}

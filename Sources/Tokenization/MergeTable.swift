/// Which pairs of tokens merge, how early, and into what: a hash table with open addressing.
struct MergeTable: Sendable {
    /// What `merge(_:_:)` answers for a pair that does not merge; it sorts after every merge.
    static let none = UInt64.max

    private static let empty = UInt64.max
    private var keys: [UInt64]
    private var values: [UInt64]
    private let shift: UInt64
    private let mask: Int

    /// A table with room for `count` merges.
    init(capacity count: Int) {
        var bits: UInt64 = 4
        while 1 << Int(bits) < 2 * count { bits += 1 }
        keys = [UInt64](repeating: Self.empty, count: 1 << Int(bits))
        values = [UInt64](repeating: Self.none, count: 1 << Int(bits))
        shift = 64 - bits
        mask = 1 << Int(bits) - 1
    }

    /// Adds the merge of `left` and `right`; false if the pair is there already.
    mutating func insert(_ left: UInt32, _ right: UInt32, rank: UInt32, result: UInt32) -> Bool {
        let key = UInt64(left) << 32 | UInt64(right)
        var slot = home(of: key)
        while keys[slot] != Self.empty {
            if keys[slot] == key { return false }
            slot = (slot + 1) & mask
        }
        keys[slot] = key
        values[slot] = UInt64(rank) << 32 | UInt64(result)
        return true
    }

    /// Rank (upper half) and result (lower half) of merging `left` and `right`, or `none`.
    func merge(_ left: UInt32, _ right: UInt32) -> UInt64 {
        let key = UInt64(left) << 32 | UInt64(right)
        var slot = home(of: key)
        while keys[slot] != key {
            if keys[slot] == Self.empty { return Self.none }
            slot = (slot + 1) & mask
        }
        return values[slot]
    }

    private func home(of key: UInt64) -> Int {
        let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> shift)
    }
}

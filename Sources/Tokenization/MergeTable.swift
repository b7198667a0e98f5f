/// Which pairs of tokens merge, how early, and into what: a hash table with open addressing.
struct MergeTable: Sendable {
    /// What `merge(_:_:)` answers for a pair that does not merge; it sorts after every merge.
    static let none = UInt64.max

    fileprivate static let empty = UInt64.max
    /// Keys and values in turns, so that a lookup touches one cache line.
    private var slots: [UInt64]
    private let shift: UInt64
    private let mask: Int

    /// A table with room for `count` merges.
    init(capacity count: Int) {
        var bits: UInt64 = 4
        while 5 << Int(bits) < 8 * count { bits += 1 }
        slots = [UInt64](repeating: Self.empty, count: 2 << Int(bits))
        shift = 64 - bits
        mask = 1 << Int(bits) - 1
    }

    /// Adds the merge of `left` and `right`; false if the pair is there already.
    mutating func insert(_ left: UInt32, _ right: UInt32, rank: UInt32, result: UInt32) -> Bool {
        let key = UInt64(left) << 32 | UInt64(right)
        var slot = home(of: key)
        while slots[2 * slot] != Self.empty {
            if slots[2 * slot] == key { return false }
            slot = (slot + 1) & mask
        }
        slots[2 * slot] = key
        slots[2 * slot + 1] = UInt64(rank) << 32 | UInt64(result)
        return true
    }

    /// A look at the table that stays valid while `body` runs.
    @inline(__always)
    func withLookup<Result>(_ body: (MergeLookup) -> Result) -> Result {
        unsafe slots.withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress else { preconditionFailure("never empty") }
            return unsafe body(MergeLookup(slots: base, shift: shift, mask: mask))
        }
    }

    /// Rank (upper half) and result (lower half) of merging `left` and `right`, or `none`.
    @inline(__always)
    func merge(_ left: UInt32, _ right: UInt32) -> UInt64 {
        unsafe withLookup { unsafe $0.merge(left, right) }
    }

    /// The merges of any two bytes, whose tokens are given: that of a and b at 256·a + b.
    func ofBytes(_ tokens: [UInt32]) -> [UInt64] {
        tokens.flatMap { left in tokens.map { right in merge(left, right) } }
    }

    private func home(of key: UInt64) -> Int {
        unsafe MergeLookup.home(of: key, shift)
    }
}

/// A look at a `MergeTable` without checks of bounds.
@unsafe struct MergeLookup {
    fileprivate let slots: UnsafePointer<UInt64>
    fileprivate let shift: UInt64
    fileprivate let mask: Int

    /// Rank (upper half) and result (lower half) of merging `left` and `right`, or `none`.
    @inline(__always)
    func merge(_ left: UInt32, _ right: UInt32) -> UInt64 {
        let key = UInt64(left) << 32 | UInt64(right)
        var slot = unsafe Self.home(of: key, shift)
        while true {
            let found = unsafe slots[2 &* slot]
            if found == key { return unsafe slots[2 &* slot &+ 1] }
            if found == MergeTable.empty { return MergeTable.none }
            slot = unsafe (slot &+ 1) & mask
        }
    }

    @inline(__always)
    fileprivate static func home(of key: UInt64, _ shift: UInt64) -> Int {
        let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> shift)
    }
}

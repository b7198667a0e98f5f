/// The tokens of short pieces met before: a table with open addressing, two entries to a cache line.
///
/// What it holds never changes a result, only the time it takes: a piece lies in one of the eight
/// entries from its home on, or nowhere, so no input can make a lookup slow.
@safe final class PieceCache {
    /// The largest number of tokens that an entry holds; more of them lie elsewhere.
    static let mostTokens = 4

    /// A key with the number of tokens in the upper half of its last byte, and the tokens.
    struct Entry: BitwiseCopyable {
        fileprivate var low: UInt64 = 0
        fileprivate var high: UInt64 = 0
        fileprivate(set) var tokens: SIMD4<UInt32> = .zero

        /// Zero if the entry is that of `key`.
        @inline(__always)
        fileprivate func difference(_ key: Key) -> UInt64 {
            low ^ key.low | (high ^ key.high) << 4
        }

        /// Whether all tokens are in the entry.
        @inline(__always)
        var isComplete: Bool { (high &>> 60) &- 1 < UInt64(PieceCache.mostTokens) }

        /// How many tokens there are: none in an empty entry, `manyTokens` if they lie elsewhere.
        @inline(__always)
        var count: Int { Int(truncatingIfNeeded: high >> 60) }
    }

    /// The count of an entry whose first two numbers are a row of `rows` and a count.
    private static let manyTokens = 15
    private static let fewestRows = 1 << 6
    /// The most pieces whose tokens lie outside entries; with more the cache starts anew.
    private static let mostRows = 1 << 17
    private static let fewestPairBits: UInt32 = 10
    private static let mostPairBits: UInt32 = 18
    /// How many entries from its home on a piece may lie in.
    private static let reach = 8

    private var table = unsafe LookupTable(repeating: Entry(), count: size(fewestPairBits))
    private var pairBits = fewestPairBits
    private var insertions = 0
    /// The tokens of pieces that have more than `mostTokens`, no piece more than its bytes.
    private var rows = unsafe LookupTable(repeating: SIMD16<UInt32>.zero, count: fewestRows)
    private var rowCount = 0

    private static func size(_ pairBits: UInt32) -> Int { 2 << Int(pairBits) + reach }

    deinit {
        unsafe table.deallocate()
        unsafe rows.deallocate()
    }

    /// Where the pieces are, until one is added.
    @unsafe struct Homes {
        fileprivate let entries: UnsafeMutablePointer<Entry>
        fileprivate let shift: UInt32

        /// The first of the entries of a piece with this hash, counted from the beginning.
        @inline(__always)
        func home(_ hash: UInt32) -> UInt32 {
            unsafe 2 &* (hash &>> shift)
        }

        /// The entry with this number.
        @inline(__always)
        func entry(_ number: UInt32) -> UnsafeMutablePointer<Entry> {
            unsafe entries + Int(truncatingIfNeeded: number)
        }
    }

    /// Where the pieces are, until one is added.
    @inline(__always)
    var homes: Homes {
        unsafe Homes(entries: table.entries, shift: 32 &- pairBits)
    }

    /// The entry of `key`, or an empty one.
    func entry(_ key: Key) -> Entry {
        let homes = unsafe homes
        return unsafe entry(key, from: homes.entry(homes.home(key.hash)))
    }

    /// The entry of `key` if it is in the entries from `home` on, or an empty one.
    @inline(__always)
    func entry(_ key: Key, from home: UnsafeMutablePointer<Entry>) -> Entry {
        // Without a jump, since nobody can tell which of the two it is.
        let isSecond = unsafe home[0].difference(key) == 0 ? 0 : 1
        let found = unsafe home[isSecond]
        return unsafe found.difference(key) == 0 ? found : distantEntry(key, from: home)
    }

    @inline(never)
    private func distantEntry(_ key: Key, from home: UnsafeMutablePointer<Entry>) -> Entry {
        for place in 2..<Self.reach {
            let entry = unsafe home[place]
            if entry.count == 0 { break }
            if entry.difference(key) == 0 { return entry }
        }
        return Entry()
    }

    /// The tokens of an entry that is neither complete nor empty, and how many they are.
    @inline(__always)
    func manyTokens(of entry: Entry) -> (tokens: SIMD16<UInt32>, count: Int) {
        unsafe (rows.entries[Int(entry.tokens[0])], Int(entry.tokens[1]))
    }

    /// Keeps the tokens of a piece that the table has not.
    func insert(_ key: Key, _ tokens: UnsafeBufferPointer<UInt32>) {
        var entry = Entry(low: key.low, high: key.high)
        if tokens.count <= Self.mostTokens {
            entry.high |= UInt64(tokens.count) << 60
            for unsafe(lane, token) in unsafe tokens.enumerated() { entry.tokens[lane] = token }
        } else {
            if unsafe rowCount == rows.all.count { makeRows() }
            for unsafe(lane, token) in unsafe tokens.enumerated() {
                unsafe rows.entries[rowCount][lane] = token
            }
            entry.high |= UInt64(Self.manyTokens) << 60
            entry.tokens = [UInt32(rowCount), UInt32(tokens.count), 0, 0]
            rowCount += 1
        }
        insertions += 1
        if insertions > 1 << Int(pairBits), pairBits < Self.mostPairBits { grow() }
        place(entry, hash: key.hash)
    }

    /// Makes room for twice as many rows, or for all anew.
    private func makeRows() {
        guard rowCount < Self.mostRows else {
            unsafe table.all.update(repeating: Entry())
            rowCount = 0
            return
        }
        let old = unsafe rows
        unsafe rows = LookupTable(repeating: .zero, count: 2 * rowCount)
        unsafe rows.entries.update(from: old.entries, count: rowCount)
        unsafe old.deallocate()
    }

    /// Puts an entry in the first free place from its home on, or in that of another.
    private func place(_ entry: Entry, hash: UInt32) {
        let homes = unsafe homes
        let home = unsafe homes.entry(homes.home(hash))
        let free = (0..<Self.reach).first { unsafe home[$0].count == 0 }
        unsafe home[free ?? insertions % Self.reach] = entry
    }

    /// Makes room for twice as many pieces.
    private func grow() {
        let old = unsafe table
        pairBits += 1
        unsafe table = LookupTable(repeating: Entry(), count: Self.size(pairBits))
        for index in unsafe old.all.indices where unsafe old.all[index].count > 0 {
            let entry = unsafe old.all[index]
            place(entry, hash: Key(low: entry.low, high: entry.high & .max >> 4).hash)
        }
        unsafe old.deallocate()
    }
}

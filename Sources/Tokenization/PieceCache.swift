/// The tokens of pieces met before: a four-way set-associative cache of short pieces.
///
/// What it holds never changes a result, only the time it takes; a full set forgets its oldest
/// entry, so no input can make a lookup slow.
struct PieceCache {
    /// The longest piece that is kept, in bytes.
    static let longestPiece = 15
    /// The largest number of tokens kept for one piece.
    static let mostTokens = 6

    private static let ways = 4
    private static let setBits: UInt64 = 14

    /// A piece in two words: its bytes, zero-filled, and its length in the last byte.
    struct Key: Equatable {
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    private struct Entry {
        var key = Key()
        var tokens: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0)
        var count: UInt32 = 0
    }

    private var entries = [Entry](
        repeating: Entry(), count: Self.ways << Int(Self.setBits))
    private var oldest = [UInt8](repeating: 0, count: 1 << Int(Self.setBits))

    /// The key of the piece of `text` in `range`, or nil if it is too long to keep.
    func key(of text: Span<UInt8>, _ range: Range<Int>) -> Key? {
        guard range.count <= Self.longestPiece else { return nil }
        var key = Key(low: 0, high: UInt64(range.count) << 56)
        var shift: UInt64 = 0
        for index in range.prefix(8) {
            key.low |= UInt64(text[index]) << shift
            shift += 8
        }
        shift = 0
        for index in range.dropFirst(8) {
            key.high |= UInt64(text[index]) << shift
            shift += 8
        }
        return key
    }

    /// Appends the tokens kept under `key`; false if there are none.
    func append(_ key: Key, to tokens: inout [UInt32]) -> Bool {
        let first = set(of: key) * Self.ways
        for slot in first..<first + Self.ways where entries[slot].key == key {
            let kept = entries[slot].tokens
            let count = entries[slot].count
            tokens.append(kept.0)
            if count > 1 { tokens.append(kept.1) }
            if count > 2 { tokens.append(kept.2) }
            if count > 3 { tokens.append(kept.3) }
            if count > 4 { tokens.append(kept.4) }
            if count > 5 { tokens.append(kept.5) }
            return true
        }
        return false
    }

    /// Keeps the tokens of a piece, if they are few enough.
    mutating func insert(_ key: Key, _ tokens: ArraySlice<UInt32>) {
        guard tokens.count <= Self.mostTokens else { return }
        let padded = Array(tokens) + [UInt32](repeating: 0, count: Self.mostTokens - tokens.count)
        let set = set(of: key)
        let slot = set * Self.ways + Int(oldest[set])
        oldest[set] = (oldest[set] + 1) % UInt8(Self.ways)
        entries[slot] = Entry(
            key: key,
            tokens: (padded[0], padded[1], padded[2], padded[3], padded[4], padded[5]),
            count: UInt32(tokens.count))
    }

    private func set(of key: Key) -> Int {
        var mixed = (key.low ^ key.high.byteSwapped) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 32 ^ key.high) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed >> (64 - Self.setBits))
    }
}

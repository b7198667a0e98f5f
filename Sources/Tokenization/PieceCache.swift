/// The tokens of short pieces met before, in pairs of entries that share a cache line.
///
/// What it holds never changes a result, only the time it takes: a new piece takes the first place
/// of its pair and pushes the other to the second, so no input can make a lookup slow.
@safe final class PieceCache {
    /// The longest piece that is kept, in bytes.
    static let longestPiece = 15
    /// The largest number of tokens that an entry holds; more of them lie elsewhere.
    static let mostTokens = 4

    /// A piece in two words: its bytes, zero-filled, and its length in the lower half of the last.
    struct Key {
        let low: UInt64
        let high: UInt64

        fileprivate init(low: UInt64, high: UInt64) {
            self.low = low
            self.high = high
        }

        /// The key of up to 15 bytes; 16 must be readable.
        @inline(__always)
        init(at text: UnsafeRawPointer, count: Int) {
            let first = UInt64(min(count, 8))
            let second = UInt64(max(count, 8) &- 8)
            let all = UInt64.max
            let low = unsafe text.loadUnaligned(as: UInt64.self)
            let high = unsafe text.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            self.low = UInt64(littleEndian: low) & (all &>> (64 &- first &* 8))
            self.high =
                UInt64(littleEndian: high) & ((1 &<< (second &* 8)) &- 1) | UInt64(count) &<< 56
        }

        /// The key of a piece, or nil if it is too long.
        init?(_ piece: UnsafeBufferPointer<UInt8>) {
            guard piece.count <= PieceCache.longestPiece else { return nil }
            var bytes = SIMD16<UInt8>.zero
            self = unsafe withUnsafeMutableBytes(of: &bytes) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(piece))
                return unsafe Key(
                    at: UnsafeRawPointer($0.baseAddress.unsafelyUnwrapped), count: piece.count)
            }
        }
    }

    /// A key with the number of tokens in the upper half of its last byte, and the tokens.
    struct Entry {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var tokens: SIMD4<UInt32> = .zero

        /// Whether the entry is that of `key`.
        @inline(__always)
        func matches(_ key: Key) -> Bool {
            (low ^ key.low) | (high ^ key.high) & PieceCache.keyBits == 0
        }

        /// How many tokens there are; `manyTokens` if they lie elsewhere.
        @inline(__always)
        var count: Int { Int(truncatingIfNeeded: high >> 60) }
    }

    /// The count of an entry whose first two numbers are a place in `overflow` and a count.
    private static let manyTokens = 15
    /// The most tokens that lie outside entries; with more the cache starts anew.
    private static let mostOverflow = 1 << 21

    /// What of the second word belongs to the key.
    private static let keyBits: UInt64 = 0x0FFF_FFFF_FFFF_FFFF
    private static let fewestPairBits: UInt64 = 10
    private static let mostPairBits: UInt64 = 18

    private var entries: UnsafeMutablePointer<Entry>
    private var pairBits = fewestPairBits
    private var insertions = 0
    private var overflow: [UInt32] = []

    init() {
        unsafe entries = Self.allocate(pairBits: Self.fewestPairBits)
    }

    private static func allocate(pairBits: UInt64) -> UnsafeMutablePointer<Entry> {
        let count = 2 << Int(pairBits)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Entry>.stride, alignment: 64)
        let entries = unsafe memory.bindMemory(to: Entry.self, capacity: count)
        unsafe entries.initialize(repeating: Entry(), count: count)
        return unsafe entries
    }

    deinit {
        unsafe entries.deallocate()
    }

    /// The entry of `key`, or one with no tokens.
    @inline(__always)
    func entry(_ key: Key) -> Entry {
        let pair = unsafe pair(of: key)
        let first = unsafe pair[0]
        if first.matches(key) { return first }
        let second = unsafe pair[1]
        guard second.matches(key) else { return Entry() }
        unsafe pair[1] = first
        unsafe pair[0] = second
        return second
    }

    /// Appends the tokens of an entry to a buffer.
    @inline(__always)
    func copy(_ entry: Entry, to buffer: TokenBuffer) {
        if entry.count <= Self.mostTokens {
            buffer.append(entry.tokens, number: entry.count)
        } else {
            copyMany(entry, to: buffer)
        }
    }

    private func copyMany(_ entry: Entry, to buffer: TokenBuffer) {
        let start = Int(entry.tokens[0])
        unsafe overflow.withUnsafeBufferPointer {
            unsafe buffer.append(
                UnsafeBufferPointer(rebasing: $0[start..<start + Int(entry.tokens[1])]))
        }
    }

    /// Keeps the tokens of a piece.
    func insert(_ key: Key, _ tokens: UnsafeBufferPointer<UInt32>) {
        var entry = Entry(low: key.low, high: key.high)
        if tokens.count <= Self.mostTokens {
            entry.high |= UInt64(tokens.count) << 60
            for unsafe(lane, token) in unsafe tokens.enumerated() { entry.tokens[lane] = token }
        } else {
            if overflow.count + tokens.count > Self.mostOverflow { clear() }
            entry.high |= UInt64(Self.manyTokens) << 60
            entry.tokens = [UInt32(overflow.count), UInt32(tokens.count), 0, 0]
            unsafe overflow.append(contentsOf: tokens)
        }
        insertions += 1
        if insertions > 1 << Int(pairBits), pairBits < Self.mostPairBits { grow() }
        place(entry)
    }

    private func clear() {
        unsafe entries.update(repeating: Entry(), count: 2 << Int(pairBits))
        overflow.removeAll(keepingCapacity: true)
    }

    private func place(_ entry: Entry) {
        let pair = unsafe pair(of: Key(low: entry.low, high: entry.high & Self.keyBits))
        unsafe pair[1] = pair[0]
        unsafe pair[0] = entry
    }

    /// Makes room for twice as many pieces.
    private func grow() {
        let old = unsafe UnsafeMutableBufferPointer(start: entries, count: 2 << Int(pairBits))
        pairBits += 1
        unsafe entries = Self.allocate(pairBits: pairBits)
        // The second of each pair first, so that the first stays before it.
        for index in old.indices where unsafe old[index ^ 1].count > 0 {
            unsafe place(old[index ^ 1])
        }
        unsafe old.deallocate()
    }

    @inline(__always)
    private func pair(of key: Key) -> UnsafeMutablePointer<Entry> {
        var hash = key.low &* 0x9E37_79B9_7F4A_7C15 ^ key.high &* 0xC2B2_AE3D_27D4_EB4F
        hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
        return unsafe entries + 2 * Int(truncatingIfNeeded: hash >> (64 - pairBits))
    }
}

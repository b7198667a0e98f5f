/// Encodes pieces of any length part by part, in time that grows with the length alone.
///
/// Two encodings may be joined if the last token of one and the first of the other, encoded
/// together, give just these two again: while texts merge side by side, whether something merges
/// across their border depends on nothing but the tokens that end up beside it. So a part is
/// encoded, all but its last tokens are kept, and the next part begins where they end. Where two
/// parts do not join, some tokens are taken back and a longer part is tried. A part that was
/// met before, as in a run of one character, is remembered.
struct LongPieceEncoder {
    private static let shortestPart = LongPieceCache.longestPiece
    private static let longestRemembered = 1024
    /// How many tokens at the end of a part are left to the next, and taken back after a failure.
    private static let margin = 4
    /// After how many parts in a row that joined shorter ones are tried again.
    private static let patience = 16

    private let vocabulary: Vocabulary
    private let scratch: MergeScratch
    private let cache: LongPieceCache
    private var remembered = [(text: [UInt8], tokens: [UInt32])](
        repeating: ([], []), count: 16)
    private var joints = [UInt64](repeating: .max, count: 256)
    private var part: [UInt32] = []

    init(_ model: BytePairModel, scratch: MergeScratch, cache: LongPieceCache) {
        vocabulary = model.vocabulary
        self.scratch = scratch
        self.cache = cache
    }

    /// Appends the tokens of a piece.
    mutating func encode(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]) {
        let first = tokens.count
        var start = 0
        var length = Self.shortestPart
        var joined = 0
        while start < piece.count {
            let end = min(start + length, piece.count)
            unsafe encodePart(UnsafeBufferPointer(rebasing: piece[start..<end]))
            let left = end < piece.count ? min(Self.margin, (part.count + 1) / 2) : 0
            let kept = part.prefix(part.count - left)
            if let next = kept.first,
                unsafe tokens.count == first || joins(tokens[tokens.count - 1], next, piece, start)
            {
                tokens += kept
                for token in kept { start += vocabulary.bytes(of: token).count }
                joined += 1
                if joined == Self.patience {
                    (length, joined) = (max(length / 2, Self.shortestPart), 0)
                }
            } else {
                let isWhole = length >= piece.count
                let back = isWhole ? tokens.count - first : min(Self.margin, tokens.count - first)
                for token in tokens.suffix(back) { start -= vocabulary.bytes(of: token).count }
                tokens.removeLast(back)
                (length, joined) = (2 * length, 0)
            }
        }
    }

    /// Sets `part` to the tokens of a text by itself.
    private mutating func encodePart(_ text: UnsafeBufferPointer<UInt8>) {
        if text.count <= LongPieceCache.longestPiece {
            unsafe encodeShort(text)
        } else if text.count <= Self.longestRemembered {
            let slot = unsafe Self.slot(of: text)
            if unsafe remembered[slot].text.elementsEqual(text) {
                part = remembered[slot].tokens
            } else {
                part = unsafe scratch.merge(text) { unsafe Array($0) }
                unsafe remembered[slot] = (Array(text), part)
            }
        } else {
            part = unsafe scratch.merge(text) { unsafe Array($0) }
        }
    }

    private mutating func encodeShort(_ text: UnsafeBufferPointer<UInt8>) {
        let key = unsafe LongPieceCache.Key(text, isPart: true)
        part.removeAll(keepingCapacity: true)
        if cache.append(key, to: &part) { return }
        unsafe scratch.merge(text) { tokens in
            unsafe part.append(contentsOf: tokens)
            unsafe cache.insert(key, tokens)
        }
    }

    /// Whether the tokens on both sides of `place` stay as they are when encoded together.
    private mutating func joins(
        _ left: UInt32, _ right: UInt32, _ piece: UnsafeBufferPointer<UInt8>, _ place: Int
    ) -> Bool {
        let key = UInt64(left) << 32 | UInt64(right) << 1
        let slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 56)
        if joints[slot] & ~1 == key { return joints[slot] & 1 == 1 }
        let start = place - vocabulary.bytes(of: left).count
        let end = place + vocabulary.bytes(of: right).count
        let both = unsafe UnsafeBufferPointer(rebasing: piece[start..<end])
        let joins = unsafe scratch.merge(both) {
            unsafe $0.count == 2 && $0[0] == left && $0[1] == right
        }
        joints[slot] = key | (joins ? 1 : 0)
        return joins
    }

    private static func slot(of text: UnsafeBufferPointer<UInt8>) -> Int {
        var hash = UInt64(text.count)
        for offset in stride(from: 0, to: text.count & ~7, by: 8) {
            let word = unsafe UnsafeRawBufferPointer(text).loadUnaligned(
                fromByteOffset: offset, as: UInt64.self)
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: (hash &* 0xC2B2_AE3D_27D4_EB4F) >> 60)
    }
}

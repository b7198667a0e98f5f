/// Encodes pieces of any length part by part, in time that grows with the length alone.
///
/// Two encodings may be joined if the last token of one and the first of the other, encoded
/// together, give just these two again: while texts merge side by side, whether something merges
/// across their border depends on nothing but the tokens that end up beside it. So a part is
/// encoded, all but its last tokens are kept, and the next part begins where they end. Where two
/// parts do not join, some tokens are taken back and a longer part is tried. A part that was
/// met before, as in a run of one character, is remembered.
struct LongPieceEncoder {
    private static let shortestPart = 48
    /// How many tokens at the end of a part are left to the next, and taken back after a failure.
    private static let margin = 4
    /// After how many parts in a row that joined shorter ones are tried again.
    private static let patience = 16

    private let vocabulary: Vocabulary
    private let scratch: MergeScratch
    private let cache: LongPieceCache
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
                start = end
                for token in part.suffix(left) { start -= vocabulary.bytes(of: token).count }
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
        part.removeAll(keepingCapacity: true)
        let isRemembered = text.count <= LongPieceCache.longestPiece
        let hash = isRemembered ? unsafe cache.hash(text, isPart: true) : 0
        if isRemembered {
            let isKnown: Void? = unsafe cache.withTokens(of: text, isPart: true, hash: hash) {
                unsafe part.append(contentsOf: $0)
            }
            guard isKnown == nil else { return }
        }
        unsafe scratch.merge(text) { tokens in
            unsafe part.append(contentsOf: tokens)
            if isRemembered { unsafe cache.insert(text, isPart: true, hash: hash, tokens) }
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
}

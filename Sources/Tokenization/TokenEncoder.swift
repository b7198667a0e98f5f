/// Encodes text after text with one tokenizer, remembering the pieces it has met.
///
/// The tokens depend on the text alone. Make one encoder per thread; a copy shares its memory,
/// which is at most 60 MiB and what merging the longest text took.
package struct TokenEncoder {
    private let scanner: PieceScanner
    private let wholePieces: TokenIndex?
    private let cache = PieceCache()
    private let longCache = LongPieceCache()
    private let batch = PieceBatch()
    private let scratch: MergeScratch
    private let output = TokenBuffer()
    private var longPieces: LongPieceEncoder

    init(scanner: PieceScanner, model: BytePairModel) {
        self.scanner = scanner
        wholePieces = model.wholePieces
        scratch = MergeScratch(model)
        longPieces = LongPieceEncoder(model, scratch: scratch, cache: longCache)
    }

    /// Appends the tokens of `text`, in which no special token is recognised.
    ///
    /// The text has at most 4 GiB.
    package mutating func encode(_ text: Span<UInt8>, into tokens: inout [UInt32]) {
        precondition(text.count <= Int(UInt32.max), "text longer than 4 GiB")
        unsafe text.withUnsafeBufferPointer { text in
            var position = 0
            while position < text.count {
                output.makeRoom(&tokens)
                let end = unsafe batch.fill(text, from: position, by: scanner, preparing: cache)
                if end > position {
                    unsafe encodeBatch(text, into: &tokens)
                    position = end
                } else {
                    position = unsafe encodeOne(text, from: position, into: &tokens)
                }
            }
        }
        output.flush(to: &tokens)
    }

    @inline(__always)
    private mutating func encodeBatch(
        _ text: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]
    ) {
        var end = unsafe output.end
        var homes = unsafe cache.homes
        batch.forEachKey { key, home, number in
            let entry = unsafe cache.entry(key, from: homes.entry(home))
            if entry.isComplete {
                unsafe end = TokenBuffer.store(entry, at: end)
            } else if entry.count > 0 {
                let (many, count) = cache.manyTokens(of: entry)
                unsafe end = TokenBuffer.store(many, count: count, at: end)
            } else {
                unsafe output.stored(upTo: end)
                let piece = unsafe UnsafeBufferPointer(rebasing: text[batch.range(number)])
                unsafe encode(piece, key, into: &tokens)
                unsafe (end, homes) = unsafe (output.end, cache.homes)
            }
        }
        unsafe output.stored(upTo: end)
    }

    /// Encodes the piece from `start` on by itself, and says where it ends.
    private mutating func encodeOne(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int, into tokens: inout [UInt32]
    ) -> Int {
        let end = unsafe scanner.endOfPiece(in: text.span, from: start)
        let piece = unsafe UnsafeBufferPointer(rebasing: text[start..<end])
        let key = unsafe PieceCache.Key(piece) ?? .none
        unsafe encode(piece, key, into: &tokens)
        return end
    }

    /// Appends the tokens of a piece that the batch did not find in `cache`.
    @inline(never)
    private mutating func encode(
        _ piece: UnsafeBufferPointer<UInt8>, _ key: PieceCache.Key, into tokens: inout [UInt32]
    ) {
        if key.isPiece {
            unsafe encodeShort(piece, key, into: &tokens)
        } else if piece.count <= LongPieceCache.longestPiece {
            unsafe encodeLong(piece, into: &tokens)
        } else {
            output.flush(to: &tokens)
            // As much as there may be, if that is more than there was: still a few times in all.
            if piece.count > tokens.count { tokens.reserveCapacity(tokens.count + piece.count) }
            unsafe mergeLong(piece, into: &tokens)
        }
    }

    private func encodeShort(
        _ piece: UnsafeBufferPointer<UInt8>, _ key: PieceCache.Key, into tokens: inout [UInt32]
    ) {
        // Others of the batch may have brought it there.
        let entry = cache.entry(key)
        if entry.isComplete {
            unsafe output.stored(upTo: TokenBuffer.store(entry, at: output.end))
        } else if entry.count > 0 {
            let (many, count) = cache.manyTokens(of: entry)
            unsafe output.stored(upTo: TokenBuffer.store(many, count: count, at: output.end))
        } else {
            unsafe merge(piece) {
                unsafe output.append($0, overflowingInto: &tokens)
                unsafe cache.insert(key, $0)
            }
        }
    }

    private mutating func encodeLong(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]
    ) {
        let hash = unsafe longCache.hash(piece, isPart: false)
        let isKnown: Void? = unsafe longCache.withTokens(of: piece, isPart: false, hash: hash) {
            unsafe output.append($0, overflowingInto: &tokens)
        }
        guard isKnown == nil else { return }
        output.flush(to: &tokens)
        let first = tokens.count
        unsafe mergeLong(piece, into: &tokens)
        unsafe tokens.withUnsafeBufferPointer {
            unsafe longCache.insert(
                piece, isPart: false, hash: hash, UnsafeBufferPointer(rebasing: $0[first...]))
        }
    }

    /// Calls `body` with the tokens of a piece.
    private func merge(
        _ piece: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt32>) -> Void
    ) {
        if let whole = unsafe wholePieces?.token(Span(_unsafeElements: piece)) {
            unsafe withUnsafePointer(to: whole) {
                unsafe body(UnsafeBufferPointer(start: $0, count: 1))
            }
        } else {
            unsafe scratch.merge(piece, body)
        }
    }

    private mutating func mergeLong(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]
    ) {
        if let whole = unsafe wholePieces?.token(Span(_unsafeElements: piece)) {
            tokens.append(whole)
        } else {
            unsafe longPieces.encode(piece, into: &tokens)
        }
    }
}

/// Encodes text after text with one tokenizer, remembering the pieces it has met.
///
/// The tokens depend on the text alone. Make one encoder per thread; a copy shares its memory.
package struct TokenEncoder {
    private let scanner: PieceScanner
    private let wholePieces: TokenIndex?
    private let cache = PieceCache()
    private let longCache = LongPieceCache()
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
        if tokens.isEmpty { tokens.reserveCapacity(text.count / 4) }
        unsafe text.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < text.count {
                let ends = unsafe scanner.ends(in: bytes, from: position)
                if ends != 0, let base = bytes.baseAddress {
                    output.makeRoom(&tokens)
                    position += unsafe encodeBlock(base + position, ends, into: &tokens)
                } else {
                    output.flush(to: &tokens)
                    let end = scanner.endOfPiece(in: text, from: position)
                    let piece = unsafe UnsafeBufferPointer(rebasing: bytes[position..<end])
                    unsafe encodePiece(piece, into: &tokens)
                    position = end
                }
            }
        }
        output.flush(to: &tokens)
    }

    /// Encodes the pieces that end where `ends` has bits, and says how many bytes they are.
    @inline(__always)
    private mutating func encodeBlock(
        _ block: UnsafePointer<UInt8>, _ ends: UInt64, into tokens: inout [UInt32]
    ) -> Int {
        var left = ends
        var from = 0
        repeat {
            let end = left.trailingZeroBitCount
            left &= left &- 1
            let piece = unsafe block + from
            let count = end &- from
            from = end
            if count <= PieceCache.longestPiece {
                let entry = unsafe cache.entry(PieceCache.Key(at: piece, count: count))
                if entry.count > 0 {
                    cache.copy(entry, to: output)
                    continue
                }
            }
            output.flush(to: &tokens)
            unsafe encodeNew(UnsafeBufferPointer(start: piece, count: count), into: &tokens)
        } while left != 0
        return from
    }

    /// Appends the tokens of a piece near the end of the text or of unusual length.
    private mutating func encodePiece(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]
    ) {
        if let key = unsafe PieceCache.Key(piece) {
            let entry = cache.entry(key)
            if entry.count > 0 {
                cache.copy(entry, to: output)
                return output.flush(to: &tokens)
            }
        }
        unsafe encodeNew(piece, into: &tokens)
    }

    /// Appends the tokens of a piece that `cache` has not, and keeps them.
    @inline(never)
    private mutating func encodeNew(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]
    ) {
        let first = tokens.count
        if let key = unsafe PieceCache.Key(piece) {
            unsafe merge(piece, into: &tokens)
            unsafe tokens.withUnsafeBufferPointer {
                unsafe cache.insert(key, UnsafeBufferPointer(rebasing: $0[first...]))
            }
        } else if piece.count <= LongPieceCache.longestPiece {
            let key = unsafe LongPieceCache.Key(piece, isPart: false)
            if longCache.append(key, to: &tokens) { return }
            unsafe merge(piece, into: &tokens)
            unsafe tokens.withUnsafeBufferPointer {
                unsafe longCache.insert(key, UnsafeBufferPointer(rebasing: $0[first...]))
            }
        } else {
            unsafe encodeLong(piece, into: &tokens)
        }
    }

    private mutating func merge(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]
    ) {
        if let whole = unsafe wholePieces?.token(Span(_unsafeElements: piece)) {
            tokens.append(whole)
        } else {
            unsafe scratch.merge(piece) { unsafe tokens.append(contentsOf: $0) }
        }
    }

    private mutating func encodeLong(
        _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]
    ) {
        if let whole = unsafe wholePieces?.token(Span(_unsafeElements: piece)) {
            tokens.append(whole)
        } else {
            unsafe longPieces.encode(piece, into: &tokens)
        }
    }
}

/// Encodes text after text with one tokenizer, remembering the pieces it has met.
///
/// The tokens depend on the text alone. Make one encoder per thread.
package struct TokenEncoder {
    private let scanner: PieceScanner
    private let model: BytePairModel
    private var cache = PieceCache()
    private var scratch = MergeScratch()

    init(scanner: PieceScanner, model: BytePairModel) {
        self.scanner = scanner
        self.model = model
    }

    /// Appends the tokens of `text`, in which no special token is recognised.
    ///
    /// The text has at most 4 GiB.
    package mutating func encode(_ text: Span<UInt8>, into tokens: inout [UInt32]) {
        precondition(text.count <= Int(UInt32.max), "text longer than 4 GiB")
        var start = 0
        while start < text.count {
            let end = scanner.endOfPiece(in: text, from: start)
            encodePiece(text, start..<end, into: &tokens)
            start = end
        }
    }

    private mutating func encodePiece(
        _ text: Span<UInt8>, _ range: Range<Int>, into tokens: inout [UInt32]
    ) {
        let key = cache.key(of: text, range)
        if let key, cache.append(key, to: &tokens) { return }
        let first = tokens.count
        model.encode(text.extracting(range), into: &tokens, scratch: &scratch)
        if let key { cache.insert(key, tokens[first...]) }
    }
}

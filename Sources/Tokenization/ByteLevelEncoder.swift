/// Encodes text after text with a byte-level model: composition, pieces, merges.
struct ByteLevelEncoder {
    private let composes: Bool
    private let model: BytePairModel
    private let scanner: PieceScanner
    /// The bytes that are no token.
    private let missing: [UInt8]
    private var composition = CanonicalComposition()
    private var pieces: TokenEncoder
    private var merger = PairMerger()

    /// An encoder that composes texts first if `composes`; the bytes `missing` are left out.
    init(_ model: BytePairModel, pattern: SplitPattern, composes: Bool, missing: [UInt8]) {
        self.composes = composes
        self.model = model
        self.missing = missing
        scanner = PieceScanner(pattern)
        pieces = TokenEncoder(scanner: scanner, model: model)
    }

    /// Appends the tokens of a text, composed before unless `isNormalized`.
    mutating func encode(
        _ text: Span<UInt8>, isNormalized: Bool, into tokens: inout [UInt32]
    ) {
        if composes, !isNormalized, let composed = composition.compose(text) {
            encodeBytes(composed.span, into: &tokens)
        } else {
            encodeBytes(text, into: &tokens)
        }
    }

    private mutating func encodeBytes(_ text: Span<UInt8>, into tokens: inout [UInt32]) {
        if missing.isEmpty || !hasMissingBytes(text) {
            pieces.encode(text, into: &tokens)
        } else {
            encodeWithoutMissing(text, into: &tokens)
        }
    }

    private func hasMissingBytes(_ text: Span<UInt8>) -> Bool {
        text.indices.contains { missing.contains(text[$0]) }
    }

    /// Leaves the missing bytes out of each piece before merging, as `tokenizers` does.
    private mutating func encodeWithoutMissing(
        _ text: Span<UInt8>, into tokens: inout [UInt32]
    ) {
        var start = 0
        while start < text.count {
            let end = scanner.endOfPiece(in: text, from: start)
            var symbols: [UInt32] = []
            for index in start..<end where !missing.contains(text[index]) {
                symbols.append(model.byteTokens[Int(text[index])])
            }
            merger.merge(symbols, by: model.merges, into: &tokens)
            start = end
        }
    }
}

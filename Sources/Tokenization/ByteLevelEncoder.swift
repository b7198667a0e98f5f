/// Encodes text after text with a byte-level model: composition, pieces, merges.
struct ByteLevelEncoder {
    private let composes: Bool
    private let model: BytePairModel
    private let scanner: PieceScanner
    /// The bytes that are no token.
    private let isMissing: [Bool]
    private let lacksBytes: Bool
    private var composition = CanonicalComposition()
    private var pieces: TokenEncoder
    private var merger = PairMerger()

    /// An encoder that composes texts first if `composes`; the bytes `missing` are left out.
    init(_ model: BytePairModel, pattern: SplitPattern, composes: Bool, missing: [UInt8]) {
        self.composes = composes
        self.model = model
        isMissing = (UInt8.min...UInt8.max).map { missing.contains($0) }
        lacksBytes = !missing.isEmpty
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
        if !lacksBytes || !hasMissingBytes(text) {
            pieces.encode(text, into: &tokens)
        } else {
            encodeWithoutMissing(text, into: &tokens)
        }
    }

    /// Whether a missing byte, all of which are above 0x7F, is in the text.
    private func hasMissingBytes(_ text: Span<UInt8>) -> Bool {
        var position = 0
        while position < text.count {
            if text[position] >= 0x80 {
                if isMissing[Int(text[position])] { return true }
                position += 1
            } else {
                position = UTF8Decoding.endOfASCIIWords(in: text, from: position + 1)
            }
        }
        return false
    }

    /// Leaves the missing bytes out of each piece before merging, as `tokenizers` does.
    private mutating func encodeWithoutMissing(
        _ text: Span<UInt8>, into tokens: inout [UInt32]
    ) {
        var start = 0
        while start < text.count {
            let end = scanner.endOfPiece(in: text, from: start)
            var symbols: [UInt32] = []
            for index in start..<end where !isMissing[Int(text[index])] {
                symbols.append(model.byteTokens[Int(text[index])])
            }
            merger.merge(symbols, by: model.merges, into: &tokens)
            start = end
        }
    }
}

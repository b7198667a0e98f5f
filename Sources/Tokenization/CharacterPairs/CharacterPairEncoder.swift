/// Encodes text after text with a model of character pairs.
struct CharacterPairEncoder {
    private let model: CharacterPairModel
    /// Whether a space is written as a mark.
    private let replacesSpaces: Bool
    /// Whether the text is also cut before each mark.
    private let splitsAtMarks: Bool
    private var word: [UInt32] = []
    private var merger = PairMerger()

    /// An encoder of texts whose spaces are marked as told.
    init(_ model: CharacterPairModel, replacesSpaces: Bool, splitsAtMarks: Bool) {
        self.model = model
        self.replacesSpaces = replacesSpaces
        self.splitsAtMarks = splitsAtMarks
    }

    /// Appends the tokens of a text, before which a mark is put if `prependsMark`.
    mutating func encode(
        _ text: Span<UInt8>, prependsMark: Bool, into tokens: inout [UInt32]
    ) {
        if prependsMark { addMark(&tokens) }
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte < 0x80 {
                if replacesSpaces, byte == SpaceMark.space {
                    addMark(&tokens)
                } else {
                    add(model.token(ascii: byte), &tokens)
                }
                position += 1
            } else {
                position += addCharacter(in: text, at: position, &tokens)
            }
        }
        flush(&tokens)
    }

    private mutating func addMark(_ tokens: inout [UInt32]) {
        if splitsAtMarks { flush(&tokens) }
        for token in model.markTokens { add(token, &tokens) }
    }

    /// Adds the character at `position` and tells its length; a byte that is no UTF-8 is itself.
    private mutating func addCharacter(
        in text: Span<UInt8>, at position: Int, _ tokens: inout [UInt32]
    ) -> Int {
        guard let (point, length) = UTF8Decoding.scalar(in: text, at: position) else {
            add(model.byteTokens[Int(text[position])], &tokens)
            return 1
        }
        if point == 0x2581 {
            addMark(&tokens)
        } else if let token = model.token(of: point) {
            add(token, &tokens)
        } else {
            for index in position..<position + length {
                add(model.byteTokens[Int(text[index])], &tokens)
            }
        }
        return length
    }

    /// Adds a symbol to the word, which ends where no merge can join it to the symbol.
    private mutating func add(_ symbol: UInt32, _ tokens: inout [UInt32]) {
        if let last = word.last, !model.mayJoin(last, symbol) { flush(&tokens) }
        word.append(symbol)
    }

    private mutating func flush(_ tokens: inout [UInt32]) {
        merger.merge(word, by: model.merges, into: &tokens)
        word.removeAll(keepingCapacity: true)
    }
}

extension PieceScanner {
    /// The end of the piece that begins at `start` after each digit was cut out and the rest split
    /// by the pattern of GPT-2.
    func smollmPiece(in text: Span<UInt8>, from start: Int) -> Int {
        let (found, length) = classes.character(in: text, at: start)
        switch found {
        case CharacterClass.number:
            return start + length
        case CharacterClass.space, CharacterClass.newline:
            return spacedPiece(in: text, from: start)
        case CharacterClass.other:
            if isLaterDigit(text, start) { return start + length }
            let isContraction =
                text[start] == UInt8(ascii: "'") && start + 1 < text.count
                && classes.byte(text[start + 1]) == CharacterClass.letter
            return isContraction
                ? gpt2Piece(in: text, from: start) : endOfOthers(in: text, from: start)
        default:
            return gpt2Piece(in: text, from: start)
        }
    }

    /// The end of a piece that begins with white space; before a digit a run of it is not divided.
    private func spacedPiece(in text: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < text.count {
            let (found, length) = classes.character(in: text, at: position)
            if found == CharacterClass.number || isLaterDigit(text, position) { return position }
            guard found == CharacterClass.space || found == CharacterClass.newline else {
                let isOneSpace = position == start + 1 && text[start] == UInt8(ascii: " ")
                if isOneSpace, found == CharacterClass.other {
                    return endOfOthers(in: text, from: position)
                }
                break
            }
            position += length
        }
        return gpt2Piece(in: text, from: start)
    }

    /// The end of the characters from `start` on that are neither letter, digit nor space.
    private func endOfOthers(in text: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < text.count {
            let (found, length) = classes.character(in: text, at: position)
            guard found == CharacterClass.other, !isLaterDigit(text, position) else { break }
            position += length
        }
        return position
    }

    /// Whether `Digits` cuts the character out, by a later Unicode than the pattern's.
    private func isLaterDigit(_ text: Span<UInt8>, _ position: Int) -> Bool {
        guard text[position] == 0xF0,
            let (point, _) = UTF8Decoding.scalar(in: text, at: position)
        else { return false }
        return Self.laterDigits.contains(point)
    }

    private static let laterDigits: Set<UInt32> = {
        var points: Set<UInt32> = []
        CodePointTable.forEachPoint(in: UnicodeRanges.laterDigits) { points.insert($0) }
        return points
    }()
}

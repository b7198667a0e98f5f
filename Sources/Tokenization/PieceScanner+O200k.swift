extension PieceScanner {
    /// The end of the piece that begins at `start` under the pattern of o200k, which cuts a word
    /// before a capital that follows small letters.
    func o200kPiece(in text: Span<UInt8>, from start: Int) -> Int {
        let (found, length) = classes.character(in: text, at: start)
        switch found {
        case CharacterClass.number:
            return llama3Piece(in: text, from: start)
        case CharacterClass.newline:
            return whitespacePiece(in: text, from: start, cutsAfterNewlines: true)
        default:
            let next = start + length
            let prefixed = found == CharacterClass.letter ? nil : next
            let end =
                prefixed.flatMap { endOfMixed(in: text, from: $0) }
                ?? endOfMixed(in: text, from: start)
                ?? prefixed.flatMap { endOfCapitals(in: text, from: $0) }
                ?? endOfCapitals(in: text, from: start)
            if let end { return afterContraction(in: text, at: end) }
            return o200kOthers(in: text, from: start, next: next, found: found)
        }
    }

    /// ` ?[^\s\p{L}\p{N}]+[\r\n/]*`, or white space.
    private func o200kOthers(
        in text: Span<UInt8>, from start: Int, next: Int, found: UInt8
    ) -> Int {
        let isSpaceBeforeOther =
            text[start] == UInt8(ascii: " ") && next < text.count
            && classes.character(in: text, at: next).characterClass == CharacterClass.other
        guard found == CharacterClass.other || isSpaceBeforeOther else {
            return whitespacePiece(in: text, from: start, cutsAfterNewlines: true)
        }
        var end = endOfRun(of: CharacterClass.other, in: text, from: next)
        while end < text.count, [0x0A, 0x0D, UInt8(ascii: "/")].contains(text[end]) { end += 1 }
        return end
    }

    /// The end of `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`, or nil.
    private func endOfMixed(in text: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        var afterUncased: Int?
        while let (cases, length) = LetterCases.character(in: text, at: position),
            cases & LetterCases.capital != 0
        {
            position += length
            if cases & LetterCases.small != 0 { afterUncased = position }
        }
        var end = position
        while let (cases, length) = LetterCases.character(in: text, at: end),
            cases & LetterCases.small != 0
        {
            end += length
        }
        // Without a small letter after it, the first part gives back what may be in both.
        return end > position ? end : afterUncased
    }

    /// The end of `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+` where no small letter follows, or nil.
    private func endOfCapitals(in text: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while let (cases, length) = LetterCases.character(in: text, at: position),
            cases & LetterCases.capital != 0
        {
            position += length
        }
        return position > start ? position : nil
    }

    /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`.
    private func afterContraction(in text: Span<UInt8>, at start: Int) -> Int {
        guard start < text.count, text[start] == UInt8(ascii: "'") else { return start }
        let rest = (start + 1..<min(start + 3, text.count)).map { text[$0] }
        let folded = rest.map { $0 < 0x80 ? $0 | 0x20 : $0 }
        for ending in ["re", "ve", "ll"] where folded.elementsEqual(ending.utf8) {
            return start + 3
        }
        // Without regard to case, `s` also stands for U+017F, the long s.
        if rest == [0xC5, 0xBF] { return start + 3 }
        return folded.first.map { "stmd".utf8.contains($0) } == true ? start + 2 : start
    }
}

/// Which characters the two halves of a word may be made of.
private enum LetterCases {
    /// `\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}`.
    static let capital: UInt8 = 1
    /// `\p{Ll}\p{Lm}\p{Lo}\p{M}`.
    static let small: UInt8 = 2

    private static let table: CodePointTable = {
        var flat = [UInt8](repeating: 0, count: 0x110000)
        let both = capital | small
        CodePointTable.forEachPoint(in: UnicodeRanges.letters) { flat[Int($0)] = both }
        CodePointTable.forEachPoint(in: UnicodeRanges.marks) { flat[Int($0)] = both }
        CodePointTable.forEachPoint(in: UnicodeRanges.capitals) { flat[Int($0)] = capital }
        CodePointTable.forEachPoint(in: UnicodeRanges.smallLetters) { flat[Int($0)] = small }
        return CodePointTable(flat)
    }()

    static func character(
        in text: Span<UInt8>, at position: Int
    ) -> (cases: UInt8, length: Int)? {
        guard position < text.count,
            let (point, length) = UTF8Decoding.scalar(in: text, at: position)
        else { return nil }
        return (table[point], length)
    }
}

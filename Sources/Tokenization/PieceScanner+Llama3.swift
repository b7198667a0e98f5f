extension PieceScanner {
    /// The end of the piece that begins at `start` under the pattern of Llama 3.
    func llama3Piece(in text: Span<UInt8>, from start: Int) -> Int {
        let first = text[start]
        if first == UInt8(ascii: "'"), let end = foldedContraction(in: text, from: start) {
            return end
        }
        let (found, length) = classes.character(in: text, at: start)
        let next = start + length
        switch found {
        case CharacterClass.letter:
            return endOfRun(of: CharacterClass.letter, in: text, from: next)
        case CharacterClass.number:
            return endOfNumber(in: text, from: next)
        case CharacterClass.newline:
            return whitespacePiece(in: text, from: start, cutsAfterNewlines: true)
        default:
            return llama3PrefixedPiece(in: text, from: start, next: next, found: found)
        }
    }

    /// The end of a piece whose first character is neither letter, number nor line end.
    private func llama3PrefixedPiece(
        in text: Span<UInt8>, from start: Int, next: Int, found: UInt8
    ) -> Int {
        var following = CharacterClass.space
        if next < text.count { following = classes.character(in: text, at: next).characterClass }
        if following == CharacterClass.letter {
            return endOfRun(of: CharacterClass.letter, in: text, from: next)
        }
        let isSpaceBeforeOther =
            text[start] == UInt8(ascii: " ") && following == CharacterClass.other
        if found == CharacterClass.other || isSpaceBeforeOther {
            let end = endOfRun(of: CharacterClass.other, in: text, from: next)
            return endOfRun(of: CharacterClass.newline, in: text, from: end)
        }
        return whitespacePiece(in: text, from: start, cutsAfterNewlines: true)
    }

    /// The end of `\p{N}{1,3}` after its first digit.
    private func endOfNumber(in text: Span<UInt8>, from start: Int) -> Int {
        var position = start
        for _ in 0..<2 where position < text.count {
            let (found, length) = classes.character(in: text, at: position)
            guard found == CharacterClass.number else { break }
            position += length
        }
        return position
    }

    /// The length of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at an apostrophe, or zero; three bytes must be
    /// readable.
    @inline(__always)
    static func foldedContraction(at text: UnsafePointer<UInt8>) -> Int {
        let (first, second) = unsafe (text[1], text[2])
        switch first | 0x20 {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"): return second | 0x20 == UInt8(ascii: "e") ? 3 : 0
        case UInt8(ascii: "l"): return second | 0x20 == UInt8(ascii: "l") ? 3 : 0
        default: return first == 0xC5 && second == 0xBF ? 3 : 0
        }
    }

    /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at an apostrophe, or nil.
    ///
    /// Without regard to case, `s` also stands for U+017F, the long s.
    private func foldedContraction(in text: Span<UInt8>, from start: Int) -> Int? {
        let left = text.count - start
        guard left >= 2 else { return nil }
        switch text[start + 1] | 0x20 {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
            return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"):
            return left >= 3 && text[start + 2] | 0x20 == UInt8(ascii: "e") ? start + 3 : nil
        case UInt8(ascii: "l"):
            return left >= 3 && text[start + 2] | 0x20 == UInt8(ascii: "l") ? start + 3 : nil
        default:
            return left >= 3 && text[start + 1] == 0xC5 && text[start + 2] == 0xBF
                ? start + 3 : nil
        }
    }
}

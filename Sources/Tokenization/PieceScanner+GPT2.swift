extension PieceScanner {
    /// The end of the piece that begins at `start` under the pattern of GPT-2.
    func gpt2Piece(in text: Span<UInt8>, from start: Int) -> Int {
        if text[start] == UInt8(ascii: "'"), let end = contraction(in: text, from: start) {
            return end
        }
        let (first, length) = classes.character(in: text, at: start)
        if first != CharacterClass.space && first != CharacterClass.newline {
            return endOfRun(of: first, in: text, from: start + length)
        }
        if text[start] == UInt8(ascii: " "), start + 1 < text.count {
            let (found, length) = classes.character(in: text, at: start + 1)
            if found != CharacterClass.space && found != CharacterClass.newline {
                return endOfRun(of: found, in: text, from: start + 1 + length)
            }
        }
        return whitespacePiece(in: text, from: start, cutsAfterNewlines: false)
    }

    /// The length of `'s|'t|'re|'ve|'m|'ll|'d` at an apostrophe, or zero; three bytes must be
    /// readable.
    @inline(__always)
    static func contraction(at text: UnsafePointer<UInt8>) -> Int {
        switch unsafe text[1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"): unsafe text[2] == UInt8(ascii: "e") ? 3 : 0
        case UInt8(ascii: "l"): unsafe text[2] == UInt8(ascii: "l") ? 3 : 0
        default: 0
        }
    }

    /// The end of `'s|'t|'re|'ve|'m|'ll|'d` at an apostrophe, or nil.
    private func contraction(in text: Span<UInt8>, from start: Int) -> Int? {
        let left = text.count - start
        guard left >= 2 else { return nil }
        switch text[start + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
            return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"):
            return left >= 3 && text[start + 2] == UInt8(ascii: "e") ? start + 3 : nil
        case UInt8(ascii: "l"):
            return left >= 3 && text[start + 2] == UInt8(ascii: "l") ? start + 3 : nil
        default:
            return nil
        }
    }
}

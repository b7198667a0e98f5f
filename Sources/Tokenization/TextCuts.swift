extension Tokenizer {
    /// Parts of a text that can be encoded one by one, with the same tokens as the whole.
    ///
    /// Each but the last has at least `length` bytes. A cut comes between a line feed that no white
    /// space precedes and a letter or digit of ASCII: there every pattern ends a piece and starts
    /// one, whether or not something lies on the other side. A text that is not cut into pieces,
    /// or in which added tokens are looked for, stays whole.
    package func parts(of text: Span<UInt8>, length: Int) -> [Range<Int>] {
        guard case .bytes = model, !rawTokens.hasOrdinaryTokens, !normalizedTokens.hasOrdinaryTokens
        else { return [0..<text.count] }
        return SplitPattern.parts(of: text, length: length)
    }
}

extension SplitPattern {
    /// Parts of a text that have the pieces of the whole under every pattern; see `Tokenizer.parts`.
    package static func parts(of text: Span<UInt8>, length: Int) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        while text.count - start > length, let cut = cut(in: text, from: start + length) {
            parts.append(start..<cut)
            start = cut
        }
        parts.append(start..<text.count)
        return parts
    }

    private static func cut(in text: Span<UInt8>, from start: Int) -> Int? {
        for position in max(start, 2)..<text.count where text[position - 1] == UInt8(ascii: "\n") {
            guard (0x21...0x7E).contains(text[position - 2]) else { continue }
            switch text[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                return position
            default: continue
            }
        }
        return nil
    }
}

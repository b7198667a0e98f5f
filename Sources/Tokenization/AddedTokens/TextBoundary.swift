/// The white space and the word characters beside an added token.
enum TextBoundary {
    private static let white: UInt8 = 1
    private static let word: UInt8 = 2

    private static let kinds: CodePointTable = {
        var flat = [UInt8](repeating: 0, count: 0x110000)
        CodePointTable.forEachPoint(in: UnicodeRanges.whitespace) { flat[Int($0)] |= white }
        CodePointTable.forEachPoint(in: UnicodeRanges.words) { flat[Int($0)] |= word }
        return CodePointTable(flat)
    }()

    /// Whether a word character stands before or after the range.
    static func touchesWord(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
        let before = character(in: text, before: range.lowerBound)?.kind ?? 0
        let after = character(in: text, at: range.upperBound)?.kind ?? 0
        return (before | after) & word != 0
    }

    /// Where the white space begins that ends at `end`, but not before `limit`.
    static func startOfWhiteSpace(
        in text: Span<UInt8>, before end: Int, after limit: Int
    ) -> Int {
        var start = end
        while start > limit, let (kind, length) = character(in: text, before: start),
            kind & white != 0
        {
            start -= length
        }
        return max(start, limit)
    }

    /// Where the white space ends that begins at `start`.
    static func endOfWhiteSpace(in text: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while let (kind, length) = character(in: text, at: end), kind & white != 0 {
            end += length
        }
        return end
    }

    private static func character(
        in text: Span<UInt8>, at position: Int
    ) -> (kind: UInt8, length: Int)? {
        guard position < text.count,
            let (point, length) = UTF8Decoding.scalar(in: text, at: position)
        else { return nil }
        return (kinds[point], length)
    }

    private static func character(
        in text: Span<UInt8>, before end: Int
    ) -> (kind: UInt8, length: Int)? {
        guard let start = UTF8Decoding.startOfCharacter(in: text, before: end) else { return nil }
        return character(in: text, at: start)
    }
}

import Encodings
import Testing
import Tokenization

@Suite("Splitting text into pieces")
struct PieceScannerTests {
    private func pieces(_ pattern: SplitPattern, _ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return PieceScanner(pattern).pieces(of: bytes).map {
            String(decoding: bytes[$0], as: UTF8.self)
        }
    }

    @Test("cuts like the regular expressions of Hugging Face", arguments: SplitPattern.allCases)
    func vectors(_ pattern: SplitPattern) throws {
        let file = try TokenizationVectors.bytes("pieces-\(pattern.rawValue).json")
        let cases = try #require(JSON(parsing: file).array)
        for example in cases {
            let expected = try #require(example.array).compactMap(\.string)
            let found = pieces(pattern, expected.joined())
            #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
        }
    }

    @Test("takes a space with the word and digits by threes")
    func words() {
        #expect(pieces(.llama3, "in 1984, he's") == ["in", " ", "198", "4", ",", " he", "'s"])
        #expect(pieces(.gpt2, "in 1984, he's") == ["in", " 1984", ",", " he", "'s"])
    }

    @Test("leaves the last of several spaces to the next word")
    func spaces() {
        #expect(pieces(.llama3, "a   b") == ["a", "  ", " b"])
        #expect(pieces(.llama3, "a \n\n  b") == ["a", " \n\n", " ", " b"])
        #expect(pieces(.llama3, "a  ") == ["a", "  "])
    }

    @Test("covers bytes that are not UTF-8")
    func invalidBytes() {
        let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0x20, 0xF4, 0x90]
        for pattern in SplitPattern.allCases {
            let found = PieceScanner(pattern).pieces(of: bytes)
            #expect(found.flatMap { bytes[$0] } == bytes)
        }
    }

    @Test("knows the white space of Unicode and nothing else")
    func unicode() {
        #expect(CharacterClasses.unicodeVersion == "16.0.0")
        #expect(pieces(.gpt2, "\u{3000}\u{2028}") == ["\u{3000}\u{2028}"])
        #expect(pieces(.gpt2, "x\u{200B}y") == ["x", "\u{200B}", "y"])
    }
}

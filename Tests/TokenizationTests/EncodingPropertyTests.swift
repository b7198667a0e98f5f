import Encodings
import Testing
import Tokenization

@Suite("Fast ways of encoding")
struct EncodingPropertyTests {
    /// The pieces found one by one.
    private func pieces(_ scanner: PieceScanner, _ text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        while let start = found.last?.upperBound ?? (text.isEmpty ? nil : 0), start < text.count {
            found.append(start..<scanner.endOfPiece(in: text.span, from: start))
        }
        return found
    }

    @Test("blocks of text are cut as piece by piece", arguments: SplitPattern.allCases)
    func blocks(_ pattern: SplitPattern) {
        let scanner = PieceScanner(pattern)
        var random = RandomText(seed: 1)
        for _ in 0..<3_000 {
            let text = random.mixed(120)
            #expect(scanner.pieces(of: text) == pieces(scanner, text), "\(text)")
        }
    }

    @Test("pieces are merged by the rules, however often and after whatever they come")
    func merging() throws {
        let file = try TokenizationVectors.bytes("trained.json")
        let reference = try ReferenceEncoder(file)
        let tokenizer = try Tokenizer(parsing: file)
        let scanner = PieceScanner(.llama3)
        var encoder = tokenizer.makeEncoder()
        var random = RandomText(seed: 2)
        for _ in 0..<150 {
            let text = random.mixed(150)
            var tokens: [UInt32] = []
            encoder.encode(text.span, into: &tokens)
            let expected = pieces(scanner, text).flatMap { reference.tokens(of: text[$0]) }
            #expect(tokens == expected, "\(text)")
        }
    }

    @Test("a long text gives the tokens of its pieces, the second time too")
    func longTexts() throws {
        let file = try TokenizationVectors.bytes("trained.json")
        let reference = try ReferenceEncoder(file)
        var encoder = try Tokenizer(parsing: file).makeEncoder()
        var random = RandomText(seed: 3)
        let text = (0..<300).flatMap { _ in random.mixed(150) }
        let expected = pieces(PieceScanner(.llama3), text).flatMap {
            reference.tokens(of: text[$0])
        }
        for _ in 0..<2 {
            var tokens: [UInt32] = []
            encoder.encode(text.span, into: &tokens)
            #expect(tokens == expected)
        }
    }

    @Test("pieces of every length are remembered as they were", arguments: 0..<4)
    func remembering(_ seed: Int) throws {
        var random = RandomText(seed: UInt64(seed))
        let file = ReferenceEncoder.randomFile(&random, merges: 20 + seed * 10)
        var encoder = try Tokenizer(parsing: file).makeEncoder()
        let texts = (1..<1_100).map { random.letters($0) }
        let tokens = texts.map { text in
            var tokens: [UInt32] = []
            encoder.encode(text.span, into: &tokens)
            return tokens
        }
        for (text, expected) in zip(texts, tokens) {
            var tokens: [UInt32] = []
            encoder.encode(text.span, into: &tokens)
            #expect(tokens == expected, "\(text.count) bytes")
        }
    }

    @Test("long pieces joined from parts are those of the rules", arguments: 0..<24)
    func longPieces(_ seed: Int) throws {
        var random = RandomText(seed: UInt64(seed))
        let file = ReferenceEncoder.randomFile(&random, merges: 4 + seed * 3)
        let reference = try ReferenceEncoder(file)
        var encoder = try Tokenizer(parsing: file).makeEncoder()
        for length in [20, 48, 49, 64, 65, 97, 130, 200, 300, 500] {
            let text = random.letters(length)
            var tokens: [UInt32] = []
            encoder.encode(text.span, into: &tokens)
            #expect(tokens == reference.tokens(of: text), "\(text)")
        }
    }

    @Test("runs of one character longer than any part are those of the rules")
    func runs() throws {
        var trainer = BytePairTrainer(pattern: .gpt2)
        trainer.add(
            [UInt8](repeating: 0x61, count: 4_096) + [0x0A] + [UInt8](repeating: 0x20, count: 999))
        let file = trainer.train(vocabularySize: 280).tokenizerJSON()
        let reference = try ReferenceEncoder(file)
        var encoder = try Tokenizer(parsing: file).makeEncoder()
        for length in [63, 64, 65, 1_000, 1_025, 1_700] {
            for byte: UInt8 in [0x61, 0x20] {
                let text = [UInt8](repeating: byte, count: length)
                var tokens: [UInt32] = []
                encoder.encode(text.span, into: &tokens)
                #expect(tokens == reference.tokens(of: text), "\(length) of \(byte)")
            }
        }
    }
}

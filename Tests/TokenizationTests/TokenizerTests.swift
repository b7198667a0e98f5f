import Encodings
import Testing
import Tokenization

@Suite("Encoding and decoding")
struct TokenizerTests {
    private func trained() throws -> Tokenizer {
        try Tokenizer(parsing: TokenizationVectors.bytes("trained.json"))
    }

    @Test("gives the ids of Hugging Face")
    func vectors() throws {
        let tokenizer = try trained()
        let cases = try #require(JSON(parsing: TokenizationVectors.bytes("ids.json")).array)
        for example in cases {
            let text = Array(try #require(example["text"]?.string).utf8)
            let expected = try #require(example["ids"]?.array).compactMap(\.integer)
            #expect(tokenizer.encode(text).map(Int64.init) == expected)
        }
    }

    @Test("gives back the very bytes, well-formed or not")
    func roundTrip() throws {
        let tokenizer = try trained()
        var random = SystemRandomNumberGenerator()
        for length in 0..<300 {
            let text = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let decoded = try tokenizer.decode(tokenizer.encode(text))
            #expect(decoded == text)
        }
    }

    @Test("takes a million equal letters in one piece", .timeLimit(.minutes(1)))
    func worstCase() throws {
        let tokens = try trained().encode([UInt8](repeating: 0x61, count: 1_000_000))
        #expect(tokens.count > 0)
    }

    @Test("does not recognise special tokens in text")
    func noInjection() throws {
        let tokenizer = try trained()
        let tokens = tokenizer.encode(Array("<|endoftext|>".utf8))
        #expect(tokenizer.endOfText == 0)
        #expect(!tokens.contains(0))
        let name = try tokenizer.decode([0])
        #expect(name == Array("<|endoftext|>".utf8))
    }

    @Test("refuses a token outside the vocabulary")
    func outside() throws {
        let tokenizer = try trained()
        #expect(throws: MalformedInput("token 420 is not below the vocabulary size 420")) {
            try tokenizer.decode([420])
        }
    }

    @Test("does not depend on what was encoded before")
    func cache() throws {
        let tokenizer = try trained()
        var encoder = tokenizer.makeEncoder()
        for text in ["the earth", "the earth and the earth", "and the", "the earth"] {
            var tokens: [UInt32] = []
            encoder.encode(Array(text.utf8).span, into: &tokens)
            #expect(tokens == tokenizer.encode(Array(text.utf8)))
        }
    }
}

import Encodings
import Testing
import Tokenization

@Suite("SentencePiece-style models")
struct CharacterPairTests {
    private func file() throws -> String {
        String(decoding: try TokenizationVectors.bytes("sentencepiece.json"), as: UTF8.self)
    }

    private func tokenizer() throws -> Tokenizer {
        try Tokenizer(parsing: Array(file().utf8))
    }

    /// Applies the merges in their order to a whole text, which is right where a merge's halves
    /// come before it, as they do in the vector.
    private func merged(_ text: String) throws -> [String] {
        let json = try JSON(parsing: Array(file().utf8))
        let merges = try #require(json["model"]?["merges"]?.array)
        var tokens = text.map { String($0) }
        for merge in merges.compactMap(\.array) {
            let (left, right) = (merge[0].string, merge[1].string)
            var joined: [String] = []
            for token in tokens {
                if token == right, joined.last == left, let before = joined.last {
                    joined[joined.count - 1] = before + token
                } else {
                    joined.append(token)
                }
            }
            tokens = joined
        }
        return tokens
    }

    @Test("gives back the very bytes, well-formed or not")
    func roundTrip() throws {
        let tokenizer = try tokenizer()
        var random = SystemRandomNumberGenerator()
        for length in 0..<200 {
            let text = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
        }
        let spaced = Array("  a  b ".utf8)
        #expect(try tokenizer.decode(tokenizer.encode(spaced)) == spaced)
        #expect(try tokenizer.decode(tokenizer.encode([0x61]), continuing: true) == [0x20, 0x61])
    }

    @Test("merges a long word without a gap as a short one")
    func windows() throws {
        let tokenizer = try tokenizer()
        var text = ""
        var number: UInt32 = 1
        while text.utf8.count < 40_000 {
            number = number &* 1_664_525 &+ 1_013_904_223
            text += ["the", "and", "e", "in", "her", "th", "eart", "h"][Int(number >> 29)]
        }
        let expected = try merged("\u{2581}" + text)
        let found = tokenizer.encode(Array(text.utf8)).map { token in
            String(decoding: tokenizer.vocabulary.bytes(of: token), as: UTF8.self)
        }
        #expect(found == expected.map { $0.replacing("\u{2581}", with: " ") })
    }

    @Test("takes a million equal letters or spaces in one word", .timeLimit(.minutes(1)))
    func worstCase() throws {
        let tokenizer = try tokenizer()
        for byte: UInt8 in [0x61, 0x20] {
            let text = [UInt8](repeating: byte, count: 1_000_000)
            #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
        }
    }

    @Test("knows the end of a text")
    func endOfText() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.endOfText == 2)
        #expect(!tokenizer.encode(Array("a</s>".utf8)).contains(2))
    }

    @Test(
        "are refused where text would be lost",
        arguments: [
            (
                #""byte_fallback": true"#, #""byte_fallback": false"#,
                "tokenizer: unsupported model without 'byte_fallback'"
            ),
            (
                #""ignore_merges": false"#, #""ignore_merges": true"#,
                "tokenizer: unsupported 'ignore_merges' with byte_fallback"
            ),
            (
                #""<0x41>""#, #""<0xAAA>""#,
                "tokenizer model: no token for byte 41: byte_fallback needs all 256 bytes"
            ),
            (#""Prepend""#, #""Lowercase""#, "tokenizer: unsupported normalizer"),
            (#""Strip""#, #""Strop""#, "tokenizer: unsupported decoder"),
        ])
    func refusals(_ text: String, _ other: String, _ message: String) throws {
        let altered = try file().replacing(text, with: other, maxReplacements: 1)
        #expect(try altered != file())
        let error = #expect(throws: MalformedInput.self) {
            try Tokenizer(parsing: Array(altered.utf8))
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
}

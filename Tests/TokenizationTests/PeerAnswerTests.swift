import Encodings
import Testing
import Tokenization

/// The answers of Tests/Vectors/tokenization/tokenizers.json, each row a tokenizer.
@Suite("Ids of other programs")
struct PeerAnswerTests {
    private static let rows = 16

    /// The tokenizer of a row: a vocabulary's file with some of its parts replaced.
    private func tokenizer(of row: JSON) throws -> Tokenizer {
        let name = try #require(row["vocabulary"]?.string)
        let file = try TokenizationVectors.bytes(name)
        guard name.hasSuffix(".json") else { return try TiktokenFile.read(file, as: .gpt2) }
        let parts = try #require(row["parts"]?.object)
        let members = try #require(JSON(parsing: file).object).map { member in
            parts.first { $0.key == member.key } ?? member
        }
        let added = parts.filter { part in !members.contains { $0.key == part.key } }
        return try Tokenizer(parsing: JSON.object(members + added).prettyBytes())
    }

    @Test("are ours, special tokens as text and as tokens", arguments: 0..<rows)
    func ids(number: Int) throws {
        let rows = try #require(
            JSON(parsing: TokenizationVectors.bytes("tokenizers.json")).array)
        #expect(rows.count == Self.rows)
        let tokenizer = try tokenizer(of: rows[number])
        for example in try #require(rows[number]["cases"]?.array) {
            let parts = try #require(example.array)
            let text = Array(try #require(parts[0].string).utf8)
            let asText = try #require(parts[1].array).compactMap(\.integer)
            let asTokens = try #require(parts[2].array).compactMap(\.integer)
            #expect(tokenizer.encode(text).map(Int64.init) == asText, "\(parts[0])")
            #expect(
                tokenizer.encode(text, specialTokens: .asTokens).map(Int64.init) == asTokens,
                "\(parts[0])")
        }
    }

    @Test("composes as tokenizers does")
    func composition() throws {
        let file = String(decoding: try TokenizationVectors.bytes("trained.json"), as: UTF8.self)
        let composing = try Tokenizer(
            parsing: Array(
                file.replacing(#""normalizer": null"#, with: #""normalizer": {"type": "NFC"}"#).utf8
            ))
        let cases = try #require(
            JSON(parsing: TokenizationVectors.bytes("composition.json")).array)
        for example in cases {
            let pair = try #require(example.array).compactMap(\.string).map { Array($0.utf8) }
            #expect(try composing.decode(composing.encode(pair[0])) == pair[1])
        }
    }
}

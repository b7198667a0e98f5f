import Encodings
import Testing
import Tokenization

@Suite(".tiktoken files")
struct TiktokenFileTests {
    private func file() throws -> String {
        String(decoding: try TokenizationVectors.bytes("small.tiktoken"), as: UTF8.self)
    }

    @Test("make a tokenizer.json of the same ids")
    func imported() throws {
        let imported = try TiktokenFile.read(Array(file().utf8), as: .gpt2)
        let read = try Tokenizer(parsing: imported.tokenizerJSON())
        #expect(read.tokenizerJSON() == imported.tokenizerJSON())
        #expect(imported.endOfText == 50256)
        #expect(imported.vocabularySize == 50257)
        let text = Array("In the beginning God created the heaven and the earth.".utf8)
        #expect(read.encode(text) == imported.encode(text))
    }

    @Test("have the special tokens of the vocabulary that is named")
    func specials() throws {
        let bytes = Array(try file().utf8)
        #expect(try TiktokenFile.read(bytes, as: .llama3).vocabularySize == 128256)
        #expect(try TiktokenFile.read(bytes, as: .llama3).endOfText == 128001)
        #expect(try TiktokenFile.read(bytes, as: .qwen2).endOfText == 151643)
        #expect(try TiktokenFile.read(bytes, as: .cl100k).endOfText == 100257)
        #expect(try TiktokenFile.read(bytes, as: .o200k).endOfText == 199999)
    }

    @Test(
        "are refused line by line",
        arguments: [
            ("IQ== 0\n", "", "tokenizer: no token for byte 21"),
            ("IQ== 0\n", "IQ== x\n", "tokenizer: line 1: expected Base64"),
            ("IQ== 0\n", "IQ=== 0\n", "tokenizer: line 1: expected Base64"),
            ("IQ== 0\n", "IQ== 7\n", "tokenizer: line 2: expected a rank from 8 to"),
            ("IQ== 0\n", "Ig== 0\n", "tokenizer: token 1 occurs twice"),
            ("IQ== 0\n", "\n", "tokenizer: line 1: expected Base64"),
        ])
    func refusals(_ line: String, _ other: String, _ message: String) throws {
        let altered = try file().replacing(line, with: other, maxReplacements: 1)
        let error = #expect(throws: MalformedInput.self) {
            try TiktokenFile.read(Array(altered.utf8), as: .gpt2)
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
}

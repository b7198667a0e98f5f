import Encodings
import Testing
import Tokenization

@Suite("tokenizer.json")
struct TokenizerFileTests {
    /// The trained vector with one part of its text replaced.
    private func altered(_ text: String, to other: String) throws -> [UInt8] {
        let file = String(decoding: try TokenizationVectors.bytes("trained.json"), as: UTF8.self)
        #expect(file.contains(text))
        return Array(file.replacing(text, with: other, maxReplacements: 1).utf8)
    }

    @Test("is written as it was read")
    func roundTrip() throws {
        let file = try TokenizationVectors.bytes("trained.json")
        let tokenizer = try Tokenizer(parsing: file)
        #expect(tokenizer.vocabularySize == 420)
        #expect(tokenizer.tokenizerJSON() == file)
    }

    @Test(
        "is refused where ids would differ, with the name of the part",
        arguments: [
            (
                #""normalizer": null"#, #""normalizer": {"type": "NFKC"}"#,
                "tokenizer: unsupported normalizer"
            ),
            (
                #""add_prefix_space": false"#, #""add_prefix_space": true"#,
                "tokenizer: unsupported pre_tokenizer ByteLevel with 'add_prefix_space'"
            ),
            (
                #"\\p{N}{1,3}"#, #"\\p{N}{1,4}"#,
                "tokenizer: unsupported split pattern"
            ),
            (#""id": 0"#, #""id": 419"#, "tokenizer model: two tokens have id 419"),
            (#""dropout": null"#, #""dropout": 0.1"#, "tokenizer model: field 'dropout'"),
            (#""type": "BPE""#, #""type": "Unigram""#, "tokenizer model: field 'type'"),
            (#""!": 1,"#, "", "tokenizer model: no token has id 1"),
            (#""!": 1,"#, #""!": 2,"#, "tokenizer model: two tokens have id 2"),
            (#""!": 1,"#, #""!": 99999999,"#, "tokenizer model: id of token"),
            (#""!": 1,"#, #""!!": 1,"#, "tokenizer model: no token for byte 33"),
            (#""!": 1,"#, #""€": 1,"#, "tokenizer model: token 1 is not text of"),
            (#""merges": ["#, #""merges": [["!", "!"],"#, "tokenizer model: merge 0 occurs"),
            (#""merges": ["#, #""merges": [["!!!", "!"],"#, "tokenizer model: merge 0 is not"),
            (#""version": "1.0""#, #""version": "2.0""#, "tokenizer: field 'version'"),
            (#""truncation": null"#, #""truncation": null, "x": 1"#, "tokenizer: unknown field"),
        ])
    func refusals(_ text: String, _ other: String, _ message: String) throws {
        let file = try altered(text, to: other)
        let error = #expect(throws: MalformedInput.self) { try Tokenizer(parsing: file) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test("may have merges as strings and split as GPT-2 does")
    func olderForms() throws {
        var file = String(decoding: try TokenizationVectors.bytes("trained.json"), as: UTF8.self)
        let tokenizer = try Tokenizer(parsing: Array(file.utf8))
        file = file.replacing(/\[\s+"(\S+)",\s+"(\S+)"\s+\]/) { "\"\($0.1) \($0.2)\"" }
        let older = try Tokenizer(parsing: Array(file.utf8))
        let text = Array("In the beginning was the word".utf8)
        #expect(older.encode(text) == tokenizer.encode(text))
    }

    @Test("may lack the bytes of no assigned character, and says which")
    func missingBytes() throws {
        var file = String(decoding: try TokenizationVectors.bytes("trained.json"), as: UTF8.self)
        file = file.replacing("\"\u{F1}\": ", with: "\"!!!\": ")
        file = file.replacing("\"\u{FF}\": ", with: "\"!!!!\": ")
        let tokenizer = try Tokenizer(parsing: Array(file.utf8))
        #expect(tokenizer.missingBytes == [0xF1, 0xFF])
        #expect("\(ByteList(tokenizer.missingBytes))" == "bytes F1 FF")
        let text: [UInt8] = [0x61, 0xF1, 0x80, 0x80, 0x80, 0x62]
        #expect(try tokenizer.decode(tokenizer.encode(text)) == [0x61, 0x80, 0x80, 0x80, 0x62])
    }

    @Test("is refused when cut short")
    func prefixes() throws {
        let file = try TokenizationVectors.bytes("trained.json")
        for length in stride(from: 0, to: file.count - 2, by: 997) {
            #expect(throws: MalformedInput.self) {
                try Tokenizer(parsing: Array(file[..<length]))
            }
        }
    }
}

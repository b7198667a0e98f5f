import Encodings
import ModelFiles
import Numerics
import Rounds
import SampleRound
import Storage
import Testing

/// What a GGUF file says about a `tokenizer.json`.
@Suite("GGUF vocabulary") struct GGUFVocabularyTests {
    /// The keys of a file whose tokenizer is ours with `changes` of its text.
    private func keys(_ changes: [(String, String)] = []) throws -> [String: GGUFReader.Value] {
        let model = try SampleModel()
        var json = try JSON(parsing: model.tokenizer)
        for (path, value) in changes {
            json = try replace(path.split(separator: ".").map(String.init), in: json, by: value)
        }
        let checkpoint = Checkpoint(
            configuration: model.configuration, parameters: model.checkpoint().parameters,
            outerMomentum: nil, tokenizer: json.prettyBytes(), endToken: 0,
            lineage: Lineage(run: nil, round: 0, parent: nil, contributions: []))
        var sink = MemorySink()
        try ModelExport(checkpoint).writeGGUF(to: &sink, format: .bfloat16)
        return GGUFReader(sink.bytes).values
    }

    private func replace(
        _ path: [String], in json: JSON, by value: String
    ) throws -> JSON {
        guard let key = path.first else { return try JSON(parsing: Array(value.utf8)) }
        var members = json.object ?? []
        let old = members.first { $0.key == key }?.value ?? .null
        members.removeAll { $0.key == key }
        let new = try replace(Array(path.dropFirst()), in: old, by: value)
        return .object(members + [JSONMember(key: key, value: new)])
    }

    @Test("tokens, their types and merges are listed by id; what only the model has is unused")
    func tokens() throws {
        let keys = try keys()
        guard case .strings(let tokens) = keys["tokenizer.ggml.tokens"],
            case .integers(let types) = keys["tokenizer.ggml.token_type"],
            case .strings(let merges) = keys["tokenizer.ggml.merges"]
        else {
            Issue.record("arrays of strings and integers")
            return
        }
        #expect(tokens.count == 288 && types.count == 288)
        #expect(tokens[0] == "<|endoftext|>" && types[0] == 3)
        #expect(tokens[1] == "!" && types[1..<280].allSatisfy { $0 == 1 })
        #expect(tokens[280] == "[PAD280]" && types[280...].allSatisfy { $0 == 5 })
        let json = try JSON(parsing: SampleModel().tokenizer)
        let pairs = json["model"]?["merges"]?.array?.compactMap(\.array) ?? []
        #expect(!merges.isEmpty)
        #expect(merges == pairs.map { "\($0[0].string ?? "") \($0[1].string ?? "")" })
    }

    @Test("an added token that is not special is the user's")
    func userDefined() throws {
        let token = #"[{"id": 0, "content": "<x y>", "special": false}]"#
        let keys = try keys([("added_tokens", token), ("model.vocab", #"{"a": 1}"#)])
        guard case .strings(let tokens) = keys["tokenizer.ggml.tokens"],
            case .integers(let types) = keys["tokenizer.ggml.token_type"]
        else {
            Issue.record("arrays of strings and integers")
            return
        }
        #expect(Array(tokens[..<3]) == ["<x y>", "a", "[PAD2]"])
        #expect(Array(types[..<3]) == [4, 1, 5])
    }

    @Test("a SentencePiece-style vocabulary has scores, bytes and an unknown token")
    func sentencePiece() throws {
        let vocabulary = #"{"<unk>": 0, "<s>": 1, "<0x0A>": 2, "▁": 3, "a": 4, "▁a": 5, "aa": 6}"#
        let keys = try keys([
            ("model.vocab", vocabulary), ("model.byte_fallback", "true"),
            ("model.merges", #"[["a", "a"], ["▁", "a"]]"#), ("model.unk_token", "\"<unk>\""),
            (
                "added_tokens",
                #"[{"id": 0, "content": "<unk>", "special": true},"#
                    + #" {"id": 1, "content": "<s>", "special": true}]"#
            ),
            ("normalizer", #"{"type": "Prepend", "prepend": "▁"}"#), ("pre_tokenizer", "null"),
        ])
        guard case .floats(let scores) = keys["tokenizer.ggml.scores"],
            case .integers(let types) = keys["tokenizer.ggml.token_type"]
        else {
            Issue.record("arrays of floats and integers")
            return
        }
        #expect(keys["tokenizer.ggml.model"] == .string("llama"))
        #expect(keys["tokenizer.ggml.pre"] == .string("default"))
        #expect(keys["tokenizer.ggml.add_space_prefix"] == .bool(true))
        #expect(keys["tokenizer.ggml.merges"] == nil)
        #expect(Array(types[..<8]) == [2, 3, 6, 1, 1, 1, 1, 5])
        #expect(Array(scores[..<8]) == [-2, -3, -4, -5, -6, -1, 0, -9])
    }

    private static let bytes = #"{"type": "ByteLevel", "add_prefix_space": false, "#
    private static func split(_ expression: String, _ behavior: String = "Isolated") -> String {
        """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex": "\(expression)"}, "behavior": "\(behavior)",
           "invert": false}, \(bytes) "use_regex": false}]}
        """
    }
    private static let llama3 =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"#
        + #"| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#
    private static let qwen2 = llama3.replacing("{1,3}", with: "")
    private static let digits = """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Digits", "individual_digits": true}, \(bytes) "use_regex": true}]}
        """

    @Test(
        "ways of cutting text have llama.cpp's names",
        arguments: [
            ("pre_tokenizer", split(llama3), "false", "smaug-bpe"),
            ("pre_tokenizer", split(llama3), "true", "llama-bpe"),
            ("pre_tokenizer", split(qwen2), "false", "qwen2"),
            ("pre_tokenizer", bytes + "\"use_regex\": true}", "false", "gpt-2"),
            ("pre_tokenizer", bytes + "\"trim_offsets\": true}", "false", "gpt-2"),
            ("pre_tokenizer", digits, "false", "smollm"),
        ])
    func preTokenizers(part: String, value: String, ignores: String, name: String) throws {
        let keys = try keys([(part, value), ("model.ignore_merges", ignores)])
        #expect(keys["tokenizer.ggml.pre"] == .string(name))
    }

    @Test(
        "what llama.cpp does not do is refused",
        arguments: [
            ("pre_tokenizer", "null", "'pre_tokenizer' has no equal in llama.cpp: null"),
            (
                "pre_tokenizer", #"{"type": "Metaspace"}"#,
                "'pre_tokenizer' has no equal in llama.cpp: \"Metaspace\""
            ),
            (
                "pre_tokenizer", split("a+"), "'pre_tokenizer' has no equal in llama.cpp: \"a+\""
            ),
            (
                "pre_tokenizer", split(llama3, "Removed"),
                "'pre_tokenizer' has no equal in llama.cpp: \"(?i:'s|"
            ),
            (
                "normalizer", #"{"type": "NFC"}"#,
                "'normalizer' has no equal in llama.cpp: \"NFC\""
            ),
            ("model.type", "\"Unigram\"", "'model' has no equal in llama.cpp: \"Unigram\""),
            ("model.vocab", "[]", "field 'model.vocab': expected an object, found an array of 0"),
            ("model.merges", "{}", "field 'model.merges': expected an array, found an object of 0"),
            ("model.merges", "[1]", "field 'model.merges': expected pairs of tokens, found 1"),
            (
                "model.vocab", #"{"a": 288}"#,
                "token \"a\": expected an id from 0 to 287, found 288"
            ),
        ])
    func refused(part: String, value: String, line: String) throws {
        let found = refusal { _ = try keys([(part, value)]) }
        #expect(found?.hasPrefix("tokenizer.json: \(line)") == true, "\(found ?? "accepted")")
    }

    @Test("whether a text is given its first token is what the template says")
    func template() throws {
        let special = #"{"SpecialToken": {"id": "<s>", "type_id": 0}}"#
        let text = #"{"Sequence": {"id": "A", "type_id": 0}}"#
        for (single, begins, ends) in [
            ([special, text], true, false), ([text, special], false, true),
            ([text], false, false), ([special, text, special], true, true),
        ] {
            let template =
                #"{"type": "TemplateProcessing", "single": [\#(single.joined(separator: ","))]}"#
            for value in [template, #"{"type": "Sequence", "processors": [\#(template)]}"#] {
                let keys = try keys([("post_processor", value)])
                #expect(keys["tokenizer.ggml.add_bos_token"] == .bool(begins))
                #expect(keys["tokenizer.ggml.add_eos_token"] == .bool(ends))
            }
        }
    }
}

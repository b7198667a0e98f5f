import Encodings
import Tokenization

extension GGUFVocabulary {
    /// llama.cpp's name for the way in which a tokenizer of the byte-level family cuts text.
    static func preTokenizer(_ tokenizer: JSON) throws(MalformedInput) -> String {
        let model = tokenizer["model"] ?? .null
        guard model["type"] ?? "BPE" == "BPE" else {
            throw unsupported("model", model["type"] ?? .null)
        }
        let normalizer = tokenizer["normalizer"] ?? .null
        let preTokenizer = tokenizer["pre_tokenizer"] ?? .null
        let parts = parts(of: preTokenizer)
        guard let bytes = parts.last, bytes["type"] == "ByteLevel",
            bytes["add_prefix_space"] != true
        else {
            throw unsupported("pre_tokenizer", preTokenizer["type"] ?? preTokenizer)
        }
        let splitsAgain = bytes["use_regex"] != false
        let name = try name(
            of: Array(parts.dropLast()), splitsAgain: splitsAgain,
            ignoresMerges: model["ignore_merges"] == true)
        // Of those that llama.cpp knows, only Qwen's normalises; it leaves that out.
        guard normalizer == .null || (name == "qwen2" && normalizer["type"] == "NFC") else {
            throw unsupported("normalizer", normalizer["type"] ?? normalizer)
        }
        return name
    }

    private static func parts(of json: JSON) -> [JSON] {
        guard json["type"] == "Sequence" else { return [json] }
        return json["pretokenizers"]?.array ?? []
    }

    private static func name(
        of parts: [JSON], splitsAgain: Bool, ignoresMerges: Bool
    ) throws(MalformedInput) -> String {
        if parts.isEmpty, splitsAgain { return "gpt-2" }
        guard parts.count == 1 else {
            throw MalformedInput("'pre_tokenizer' has no equal in llama.cpp")
        }
        let part = parts[0]
        switch (part["type"]?.string, splitsAgain) {
        case ("Digits", true) where part["individual_digits"] == true: return "smollm"
        case ("Split", false):
            let isolates = part["behavior"] == "Isolated" && part["invert"] == false
            let expression = part["pattern"]?["Regex"]?.string ?? ""
            if isolates, let name = names(ignoresMerges)[expression] { return name }
            throw unsupported("pre_tokenizer", .string(expression))
        default: throw unsupported("pre_tokenizer", part["type"] ?? part)
        }
    }

    /// The names by regular expression; those of Llama 3's differ in whether a piece that is a
    /// token is taken whole.
    private static func names(_ ignoresMerges: Bool) -> [String: String] {
        [
            SplitPattern.gpt2.expression: "gpt-2",
            SplitPattern.llama3.expression: ignoresMerges ? "llama-bpe" : "smaug-bpe",
            SplitPattern.qwen2.expression: "qwen2",
        ]
    }

    /// The error that a part has no equal.
    static func unsupported(_ part: String, _ found: JSON) -> MalformedInput {
        MalformedInput("'\(part)' has no equal in llama.cpp: \(found.summary)")
    }
}

import Encodings

/// The tokens of a `tokenizer.json` as the keys of a GGUF file tell them.
///
/// It is read apart from `Tokenization`, since llama.cpp knows more ways of cutting text than ours.
struct GGUFVocabulary {
    /// What a token is, as `tokenizer.ggml.token_type` numbers it.
    enum TokenType: Int32 {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// The kind of model, as llama.cpp names it: `gpt2` or, of SentencePiece's kind, `llama`.
    let model: String
    /// How text is cut before merging, as llama.cpp names it.
    let preTokenizer: String
    /// The scores by which a model of SentencePiece's kind merges.
    private(set) var scores: [Float] = []
    /// Whether a model of SentencePiece's kind puts a space before a text.
    let addsSpace: Bool
    /// The texts of the tokens, those of the vocabulary in the byte alphabet of GPT-2.
    private(set) var tokens: [String]
    /// What each token is.
    private(set) var types: [TokenType]
    /// The merges, earliest first, as two texts with a space between them.
    let merges: [String]
    /// Whether a text is given its first token.
    let addsBeginning: Bool
    /// Whether a text is given its last token.
    let addsEnd: Bool

    /// Reads a tokenizer of the byte-level family for a model of `count` tokens.
    ///
    /// Tokens that only the model has are called unused.
    init(parsing tokenizer: [UInt8], count: Int) throws(MalformedInput) {
        let json = try JSON(parsing: tokenizer)
        let model = json["model"] ?? .null
        let isSentencePiece = Self.isSentencePiece(json)
        self.model = isSentencePiece ? "llama" : "gpt2"
        preTokenizer = isSentencePiece ? "default" : try Self.preTokenizer(json)
        addsSpace = isSentencePiece ? try Self.addsSpace(json) : false
        let merges = try Self.merges(model["merges"] ?? .null)
        self.merges = isSentencePiece ? [] : merges
        (addsBeginning, addsEnd) = Self.template(json["post_processor"] ?? .null)
        tokens = (0..<count).map { "[PAD\($0)]" }
        types = Array(repeating: .unused, count: count)
        guard let vocabulary = model["vocab"]?.object else {
            throw .field(
                "model.vocab", expected: "an object", found: (model["vocab"] ?? .null).summary)
        }
        let unknown = isSentencePiece ? model["unk_token"] ?? .null : .null
        for member in vocabulary {
            let type =
                isSentencePiece ? Self.type(ofPiece: member.key, unknown: unknown) : .normal
            try place(member.key, at: member.value, type)
        }
        for token in json["added_tokens"]?.array ?? [] {
            guard let text = token["content"]?.string, let id = token["id"] else {
                throw MalformedInput("expected added tokens with 'id' and 'content'")
            }
            guard unknown != .string(text) else { continue }
            try place(text, at: id, token["special"] == .bool(true) ? .control : .userDefined)
        }
        scores = isSentencePiece ? Self.scores(of: tokens, merges: merges) : []
    }

    private mutating func place(
        _ text: String, at id: JSON, _ type: TokenType
    ) throws(MalformedInput) {
        guard let id = id.integer, tokens.indices.contains(Int(id)) else {
            throw MalformedInput(
                "token \(MalformedInput.quoted(text)): expected an id from 0 to"
                    + " \(tokens.count - 1), found \(id.summary)")
        }
        tokens[Int(id)] = text
        types[Int(id)] = type
    }

    private static func merges(_ json: JSON) throws(MalformedInput) -> [String] {
        guard let entries = json.array else {
            throw .field("model.merges", expected: "an array", found: json.summary)
        }
        var merges: [String] = []
        merges.reserveCapacity(entries.count)
        for entry in entries {
            if let text = entry.string {
                merges.append(text)
            } else if let pair = entry.array, pair.count == 2, let left = pair[0].string,
                let right = pair[1].string
            {
                merges.append("\(left) \(right)")
            } else {
                throw .field("model.merges", expected: "pairs of tokens", found: entry.summary)
            }
        }
        return merges
    }

    /// Whether a template puts a special token before, and after, a text.
    private static func template(_ json: JSON) -> (Bool, Bool) {
        switch json["type"]?.string {
        case "Sequence":
            let parts = (json["processors"]?.array ?? []).map(template)
            return (parts.contains { $0.0 }, parts.contains { $0.1 })
        case "TemplateProcessing":
            let single = json["single"]?.array ?? []
            return (single.first?["SpecialToken"] != nil, single.last?["SpecialToken"] != nil)
        default: return (false, false)
        }
    }
}

package import Encodings

extension Tokenizer {
    /// Reads a `tokenizer.json` file of the byte-level family; see docs/formats/tokenizer.md.
    ///
    /// Any part of the file that would make the ids differ from ours is refused by name.
    package init(parsing tokenizerJSON: [UInt8]) throws(MalformedInput) {
        let json = try JSON(parsing: tokenizerJSON, limits: .standard)
        var fields = try JSONFields(json, of: "tokenizer")
        if let version = fields.optionalValue("version"), version != .string("1.0") {
            throw fields.mismatch("version", expected: "\"1.0\"", found: version)
        }
        for name in ["truncation", "padding", "normalizer"] {
            if let value = fields.optionalValue(name), value != .null {
                throw MalformedInput("'\(name)' is not supported, it must be null", in: "tokenizer")
            }
        }
        let specials = try SpecialTokens(fields.optionalArray("added_tokens") ?? [])
        pattern = try PipelineReader.pattern(of: fields.value("pre_tokenizer"))
        try PipelineReader.checkPostProcessor(fields.optionalValue("post_processor") ?? .null)
        try PipelineReader.checkDecoder(fields.value("decoder"))
        model = try BytePairModel(parsing: fields.value("model"), specials: specials)
        try fields.finish()
    }
}

/// The entries of `added_tokens`, all of which must be special.
struct SpecialTokens {
    /// The texts of the special tokens by id.
    private(set) var texts: [UInt32: String] = [:]

    init(_ entries: [JSON]) throws(MalformedInput) {
        for entry in entries {
            var fields = try JSONFields(entry, of: "added token")
            let id = try UInt32(
                fields.integer("id", in: 0...Int64(Vocabulary.maximumSize - 1)))
            let text = try fields.string("content")
            let isSpecial = try fields.optionalBool("special") ?? false
            for name in ["single_word", "lstrip", "rstrip", "normalized"] {
                _ = try fields.optionalBool(name)
            }
            try fields.finish()
            guard isSpecial else {
                throw MalformedInput(
                    "added token \(MalformedInput.quoted(text)) is not special, which is not"
                        + " supported", in: "tokenizer")
            }
            guard !text.isEmpty, texts.updateValue(text, forKey: id) == nil else {
                throw MalformedInput("added token \(id) is empty or occurs twice", in: "tokenizer")
            }
        }
    }
}

/// The parts of the file around the model, each of which has few supported values.
private enum PipelineReader {
    /// The split pattern of a pre-tokenizer.
    ///
    /// Either a ByteLevel that splits by itself, as in GPT-2, or a Split before one that does not.
    static func pattern(of json: JSON) throws(MalformedInput) -> SplitPattern {
        if json["type"] == .string("ByteLevel") {
            guard try readByteLevel(json, of: "pre_tokenizer") else {
                throw unsupported("pre_tokenizer ByteLevel without a split")
            }
            return .gpt2
        }
        guard json["type"] == .string("Sequence"), let parts = json["pretokenizers"]?.array,
            parts.count == 2
        else { throw unsupported("pre_tokenizer that is not a Split and a ByteLevel") }
        let pattern = try readSplit(parts[0])
        guard try !readByteLevel(parts[1], of: "pre_tokenizer") else {
            throw unsupported("pre_tokenizer ByteLevel that splits again")
        }
        return pattern
    }

    static func checkPostProcessor(_ json: JSON) throws(MalformedInput) {
        guard json != .null else { return }
        switch json["type"]?.string {
        case "ByteLevel", "TemplateProcessing": return
        case "Sequence":
            for part in json["processors"]?.array ?? [] { try checkPostProcessor(part) }
        default: throw unsupported("post_processor \((json["type"] ?? json).summary)")
        }
    }

    static func checkDecoder(_ json: JSON) throws(MalformedInput) {
        guard json["type"] == .string("ByteLevel") else {
            throw unsupported("decoder \((json["type"] ?? json).summary)")
        }
    }

    private static func readSplit(_ json: JSON) throws(MalformedInput) -> SplitPattern {
        var fields = try JSONFields(json, of: "pre_tokenizer Split")
        try fields.constant("type", "Split")
        try fields.constant("behavior", "Isolated")
        guard try !fields.bool("invert") else { throw unsupported("pre_tokenizer Split inverted") }
        var pattern = try fields.fields("pattern")
        let expression = try pattern.string("Regex")
        try pattern.finish()
        try fields.finish()
        guard let known = SplitPattern(expression: expression) else {
            throw unsupported("split pattern \(MalformedInput.quoted(expression))")
        }
        return known
    }

    /// Checks a ByteLevel part and says whether it splits.
    private static func readByteLevel(
        _ json: JSON, of subject: String
    ) throws(MalformedInput) -> Bool {
        var fields = try JSONFields(json, of: "\(subject) ByteLevel")
        try fields.constant("type", "ByteLevel")
        guard try !fields.bool("add_prefix_space") else {
            throw unsupported("\(subject) ByteLevel with 'add_prefix_space'")
        }
        _ = try fields.optionalBool("trim_offsets")
        let splits = try fields.optionalBool("use_regex") ?? true
        try fields.finish()
        return splits
    }

    private static func unsupported(_ part: String) -> MalformedInput {
        MalformedInput("unsupported \(part)", in: "tokenizer")
    }
}

package import Encodings

extension Tokenizer {
    /// Reads a `tokenizer.json` file of a byte-pair model; see docs/formats/tokenizer.md.
    ///
    /// Any part of the file that would make the ids differ from ours is refused by name.
    package init(parsing tokenizerJSON: [UInt8]) throws(MalformedInput) {
        let json = try JSON(parsing: tokenizerJSON, limits: .standard)
        var fields = try JSONFields(json, of: "tokenizer")
        if let version = fields.optionalValue("version"), version != .string("1.0") {
            throw fields.mismatch("version", expected: "\"1.0\"", found: version)
        }
        for name in ["truncation", "padding"] {
            if let value = fields.optionalValue(name), value != .null {
                throw MalformedInput("'\(name)' is not supported, it must be null", in: "tokenizer")
            }
        }
        let added = try AddedTokens(parsing: fields.optionalArray("added_tokens") ?? [])
        let normalizer = try Normalizer(parsing: fields.optionalValue("normalizer") ?? .null)
        let splitting = try TextSplitting(
            parsing: fields.optionalValue("pre_tokenizer") ?? .null, after: normalizer)
        try TokenizerParts.checkPostProcessor(fields.optionalValue("post_processor") ?? .null)
        let decoder = try fields.value("decoder")
        let modelJSON = try fields.value("model")
        try fields.finish()
        switch splitting {
        case .pattern(let pattern):
            try TokenizerParts.checkByteLevelDecoder(decoder)
            let (model, missing) = try BytePairModel.read(modelJSON, added: added)
            self.init(
                normalizer: normalizer, model: .bytes(model, pattern, missing: missing),
                addedTokens: added, dropsFirstSpace: false)
        case .marks(let metaspace):
            let drops = try TokenizerParts.dropsFirstSpace(decoder)
            let model = try CharacterPairModel(parsing: modelJSON, added: added)
            self.init(
                normalizer: normalizer, model: .characters(model, metaspace), addedTokens: added,
                dropsFirstSpace: drops)
        }
    }
}

/// What a pre-tokenizer does.
enum TextSplitting {
    /// It cuts into pieces of bytes.
    case pattern(SplitPattern)
    /// It marks spaces, if it does anything.
    case marks(Metaspace?)

    /// Reads `pre_tokenizer`, or refuses one that does not go with the normalizer.
    init(parsing json: JSON, after normalizer: Normalizer) throws(MalformedInput) {
        if json == .null || json["type"] == "Metaspace" {
            guard normalizer != .composition else {
                throw TokenizerParts.unsupported("normalizer NFC without a ByteLevel pre_tokenizer")
            }
            self = .marks(try Metaspace(parsing: json))
        } else {
            self = .pattern(try Self.readPattern(json))
            guard normalizer == .none || normalizer == .composition else {
                throw TokenizerParts.unsupported("normalizer Prepend or Replace with ByteLevel")
            }
        }
    }

    /// The pattern: of a ByteLevel that splits by itself, as in GPT-2, after Digits or not; or of
    /// a Split before one that does not.
    private static func readPattern(_ json: JSON) throws(MalformedInput) -> SplitPattern {
        if json["type"] == "ByteLevel" {
            guard try readByteLevel(json) else {
                throw TokenizerParts.unsupported("pre_tokenizer ByteLevel without a split")
            }
            return .gpt2
        }
        guard json["type"] == "Sequence", let parts = json["pretokenizers"]?.array,
            parts.count == 2
        else {
            throw TokenizerParts.unsupported(
                "pre_tokenizer \((json["type"] ?? json).summary), expected ByteLevel, or a Sequence"
                    + " of Split or Digits and ByteLevel, or Metaspace")
        }
        let pattern = try parts[0]["type"] == "Digits" ? readDigits(parts[0]) : readSplit(parts[0])
        guard try readByteLevel(parts[1]) == (pattern == .smollm) else {
            throw TokenizerParts.unsupported(
                pattern == .smollm
                    ? "pre_tokenizer Digits without a split"
                    : "pre_tokenizer ByteLevel that splits again")
        }
        return pattern
    }

    private static func readDigits(_ json: JSON) throws(MalformedInput) -> SplitPattern {
        var fields = try JSONFields(json, of: "pre_tokenizer Digits")
        try fields.constant("type", "Digits")
        guard try fields.bool("individual_digits") else {
            throw TokenizerParts.unsupported("pre_tokenizer Digits without 'individual_digits'")
        }
        try fields.finish()
        return .smollm
    }

    private static func readSplit(_ json: JSON) throws(MalformedInput) -> SplitPattern {
        var fields = try JSONFields(json, of: "pre_tokenizer Split")
        try fields.constant("type", "Split")
        try fields.constant("behavior", "Isolated")
        guard try !fields.bool("invert") else {
            throw TokenizerParts.unsupported("pre_tokenizer Split inverted")
        }
        var pattern = try fields.fields("pattern")
        let expression = try pattern.string("Regex")
        try pattern.finish()
        try fields.finish()
        guard let known = SplitPattern(expression: expression) else {
            throw TokenizerParts.unsupported("split pattern \(MalformedInput.quoted(expression))")
        }
        return known
    }

    /// Checks a ByteLevel part and says whether it splits.
    private static func readByteLevel(_ json: JSON) throws(MalformedInput) -> Bool {
        var fields = try JSONFields(json, of: "pre_tokenizer ByteLevel")
        try fields.constant("type", "ByteLevel")
        guard try !fields.bool("add_prefix_space") else {
            throw TokenizerParts.unsupported("pre_tokenizer ByteLevel with 'add_prefix_space'")
        }
        _ = try fields.optionalBool("trim_offsets")
        let splits = try fields.optionalBool("use_regex") ?? true
        try fields.finish()
        return splits
    }
}

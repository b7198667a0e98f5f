package import Encodings

extension ModelConfiguration {
    /// Reads the `config.json` of a Hugging Face model of a family this decoder computes.
    ///
    /// Whatever would change the arithmetic must be what this decoder computes; other fields that
    /// `transformers` writes are ignored by name, and any other field is refused.
    package init(huggingFace config: JSON) throws(MalformedInput) {
        var fields = try JSONFields(config, of: "config.json")
        let family = try ModelFamily(&fields)
        let contextLength = try fields.size("max_position_embeddings", ModelLimits.contextLength)
        let rope = try RotaryFields(&fields, contextLength: contextLength)
        try self.init(
            family: family,
            vocabularySize: fields.size("vocab_size", ModelLimits.vocabularySize),
            hiddenSize: fields.size("hidden_size", ModelLimits.hiddenSize),
            intermediateSize: fields.size("intermediate_size", ModelLimits.intermediateSize),
            layerCount: fields.size("num_hidden_layers", ModelLimits.layerCount),
            headCount: fields.size("num_attention_heads", ModelLimits.headCount),
            keyValueHeadCount: fields.optionalSize("num_key_value_heads", ModelLimits.headCount),
            headSize: fields.optionalSize("head_dim", ModelLimits.headSize),
            contextLength: contextLength,
            normEpsilon: Float(fields.double("rms_norm_eps")),
            ropeTheta: rope.theta, ropeScaling: rope.scaling,
            tiesEmbeddings: fields.optionalBool("tie_word_embeddings") ?? false)
        try family.checkWindow(
            &fields, layerCount: layerCount, longestSequence: longestSequence)
        for name in Self.ignoredFields { _ = fields.optionalValue(name) }
        try fields.finish()
    }

    /// The `config.json` with which `transformers` loads the model as its family's class.
    ///
    /// The tokens are the identifiers of the tokenizer's special tokens, if it has them.
    package func huggingFaceConfig(beginningToken: Int?, endToken: Int?) -> JSON {
        let token = { (token: Int?) in token.map { JSON.integer(Int64($0)) } ?? .null }
        let sizes: JSON = [
            "architectures": [.string(family.architecture)],
            "model_type": .string(family.rawValue),
            "vocab_size": .integer(Int64(vocabularySize)),
            "hidden_size": .integer(Int64(hiddenSize)),
            "intermediate_size": .integer(Int64(intermediateSize)),
            "num_hidden_layers": .integer(Int64(layerCount)),
            "num_attention_heads": .integer(Int64(headCount)),
            "num_key_value_heads": .integer(Int64(keyValueHeadCount)),
            "head_dim": .integer(Int64(headSize)),
            "max_position_embeddings": .integer(Int64(contextLength)),
            "rms_norm_eps": .number("\(normEpsilon)"),
        ]
        let rest: JSON = [
            "attention_dropout": .number("0.0"),
            "initializer_range": .number("0.02"),
            "tie_word_embeddings": .bool(tiesEmbeddings),
            "torch_dtype": "float32",
            "use_cache": true,
            "bos_token_id": token(beginningToken),
            "eos_token_id": token(endToken),
        ]
        let activation = [JSONMember(key: "hidden_act", value: "silu")]
        return .object(
            (sizes.object ?? []) + rotaryFields + activation + family.huggingFaceFields
                + (rest.object ?? []))
    }

    /// The rotation in the spelling of both `transformers` 4 and 5.
    private var rotaryFields: [JSONMember] {
        let theta = JSONMember(key: "rope_theta", value: .number("\(ropeTheta)"))
        let scaling =
            ropeScaling?.huggingFaceFields
            ?? [JSONMember(key: "rope_type", value: "default")]
        return [
            theta,
            JSONMember(key: "rope_parameters", value: .object([theta] + scaling)),
            JSONMember(key: "rope_scaling", value: ropeScaling == nil ? .null : .object(scaling)),
        ]
    }

    /// Fields that do not change what the decoder computes here.
    private static let ignoredFields = [
        "_name_or_path", "attention_dropout", "auto_map", "bos_token_id", "dtype", "eos_token_id",
        "initializer_range", "is_llama_config", "output_attentions", "output_hidden_states",
        "pad_token_id", "return_dict", "torch_dtype", "transformers.js_config",
        "transformers_version", "use_cache",
    ]
}

extension JSONFields {
    fileprivate mutating func size(
        _ name: String, _ limits: ClosedRange<Int64>
    ) throws(MalformedInput) -> Int { Int(try integer(name, in: limits)) }

    fileprivate mutating func optionalSize(
        _ name: String, _ limits: ClosedRange<Int64>
    ) throws(MalformedInput) -> Int? {
        guard let value = optionalValue(name), value != .null else { return nil }
        guard let size = value.integer, limits.contains(size) else {
            throw mismatch(
                name, expected: "an integer from \(limits.lowerBound) to \(limits.upperBound)",
                found: value)
        }
        return Int(size)
    }
}

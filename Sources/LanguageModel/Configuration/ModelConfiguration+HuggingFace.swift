package import Encodings

extension ModelConfiguration {
    /// Reads the `config.json` of a Hugging Face `LlamaForCausalLM`.
    ///
    /// Whatever would change the arithmetic must be what this decoder computes; other fields that
    /// `transformers` writes are ignored by name, and any other field is refused.
    package init(huggingFace config: JSON) throws(MalformedInput) {
        var fields = try JSONFields(config, of: "config.json")
        try Self.checkArchitecture(&fields)
        let headCount = try fields.size("num_attention_heads", ModelLimits.headCount)
        try self.init(
            vocabularySize: fields.size("vocab_size", ModelLimits.vocabularySize),
            hiddenSize: fields.size("hidden_size", ModelLimits.hiddenSize),
            intermediateSize: fields.size("intermediate_size", ModelLimits.intermediateSize),
            layerCount: fields.size("num_hidden_layers", ModelLimits.layerCount),
            headCount: headCount,
            keyValueHeadCount: fields.optionalSize("num_key_value_heads", ModelLimits.headCount),
            headSize: fields.optionalSize("head_dim", ModelLimits.headSize),
            contextLength: fields.size("max_position_embeddings", ModelLimits.contextLength),
            normEpsilon: Float(fields.double("rms_norm_eps")),
            ropeTheta: Self.ropeTheta(&fields),
            tiesEmbeddings: fields.optionalBool("tie_word_embeddings") ?? false)
        for name in Self.ignoredFields { _ = fields.optionalValue(name) }
        try fields.finish()
    }

    /// The `config.json` with which `transformers` loads the model as `LlamaForCausalLM`.
    ///
    /// The tokens are the identifiers of the tokenizer's special tokens, if it has them.
    package func huggingFaceConfig(beginningToken: Int?, endToken: Int?) -> JSON {
        let token = { (token: Int?) in token.map { JSON.integer(Int64($0)) } ?? .null }
        let theta = JSON.number("\(ropeTheta)")
        return [
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": .integer(Int64(vocabularySize)),
            "hidden_size": .integer(Int64(hiddenSize)),
            "intermediate_size": .integer(Int64(intermediateSize)),
            "num_hidden_layers": .integer(Int64(layerCount)),
            "num_attention_heads": .integer(Int64(headCount)),
            "num_key_value_heads": .integer(Int64(keyValueHeadCount)),
            "head_dim": .integer(Int64(headSize)),
            "max_position_embeddings": .integer(Int64(contextLength)),
            "rms_norm_eps": .number("\(normEpsilon)"),
            "rope_theta": theta,
            "rope_parameters": ["rope_theta": theta, "rope_type": "default"],
            "rope_scaling": .null,
            "hidden_act": "silu",
            "attention_bias": false,
            "mlp_bias": false,
            "attention_dropout": .number("0.0"),
            "initializer_range": .number("0.02"),
            "tie_word_embeddings": .bool(tiesEmbeddings),
            "torch_dtype": "float32",
            "use_cache": true,
            "bos_token_id": token(beginningToken),
            "eos_token_id": token(endToken),
        ]
    }

    /// Fields that do not change what the decoder computes here.
    private static let ignoredFields = [
        "_name_or_path", "attention_dropout", "bos_token_id", "dtype", "eos_token_id",
        "initializer_range", "output_attentions", "output_hidden_states", "pad_token_id",
        "return_dict", "torch_dtype", "transformers_version", "use_cache",
    ]

    /// Checks every field that chooses between kinds of decoder.
    private static func checkArchitecture(_ fields: inout JSONFields) throws(MalformedInput) {
        let architectures = try fields.value("architectures")
        guard architectures == ["LlamaForCausalLM"] else {
            throw fields.mismatch(
                "architectures", expected: "[\"LlamaForCausalLM\"]", found: architectures)
        }
        try fields.constant("model_type", "llama")
        try fields.allow("hidden_act", [.null, "silu"], "\"silu\"")
        try fields.allow("attention_bias", [false], "false")
        try fields.allow("mlp_bias", [false], "false")
        try fields.allow("pretraining_tp", [1], "1")
        try fields.allow("rope_scaling", [.null], "null")
    }

    /// The rotation's base, from `rope_parameters` (transformers 5) or `rope_theta` (before).
    private static func ropeTheta(_ fields: inout JSONFields) throws(MalformedInput) -> Double {
        let theta = try fields.optionalValue("rope_theta", expected: "a number") { $0.double }
        guard let parameters = fields.optionalValue("rope_parameters"), parameters != .null else {
            return theta ?? 10_000
        }
        var rope = try JSONFields(parameters, of: "config.json: field 'rope_parameters'")
        try rope.allow("rope_type", ["default"], "\"default\"")
        let inner = try rope.optionalValue("rope_theta", expected: "a number") { $0.double }
        try rope.finish()
        guard let inner else { return theta ?? 10_000 }
        guard theta == nil || theta == inner else {
            throw MalformedInput(
                "fields 'rope_theta' and 'rope_parameters' disagree", in: "config.json")
        }
        return inner
    }
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

    /// Refuses a field that is there and none of `values`.
    fileprivate mutating func allow(
        _ name: String, _ values: [JSON], _ expected: String
    ) throws(MalformedInput) {
        guard let value = optionalValue(name), !values.contains(value) else { return }
        throw mismatch(name, expected: expected, found: value)
    }
}

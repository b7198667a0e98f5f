import Encodings

extension ModelFamily {
    /// Reads the family and checks every field that chooses between kinds of decoder.
    init(_ fields: inout JSONFields) throws(MalformedInput) {
        let kinds = ModelFamily.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        self = try fields.value("model_type", expected: kinds) { value in
            value.string.flatMap { ModelFamily(rawValue: $0) }
        }
        let architectures = try fields.value("architectures")
        guard architectures == [.string(architecture)] else {
            throw fields.mismatch(
                "architectures", expected: "[\"\(architecture)\"]", found: architectures)
        }
        try fields.allow("hidden_act", [.null, "silu"], "\"silu\"")
        try fields.allow("pretraining_tp", [1], "1")
        try fields.allow("attention_bias", [.bool(hasAttentionBias)], "\(hasAttentionBias)")
        for name in ["mlp_bias", "rope_interleaved", "use_mrope"] {
            try fields.allow(name, [false], "false")
        }
    }

    /// Checks that every token sees all tokens before it, in sequences of `longestSequence`.
    func checkWindow(
        _ fields: inout JSONFields, layerCount: Int, longestSequence: Int
    ) throws(MalformedInput) {
        try fields.allow(
            "layer_types", [.array(Array(repeating: "full_attention", count: layerCount))],
            "\(layerCount) times \"full_attention\"")
        switch self {
        case .llama: break
        case .qwen2:
            // Without `use_sliding_window` the other two mean nothing.
            try fields.allow("use_sliding_window", [false], "false")
            for name in ["sliding_window", "max_window_layers"] { _ = fields.optionalValue(name) }
        case .mistral:
            let window = fields.optionalValue("sliding_window")
            // `transformers` takes a missing window for one of 4,096 tokens.
            let size = window == .null ? Int64.max : (window ?? 4_096).integer ?? 0
            guard size >= Int64(longestSequence) else {
                throw MalformedInput.field(
                    "sliding_window", expected: "null or at least \(longestSequence)",
                    found: window?.summary ?? "none, which means 4096"
                ).within("config.json")
            }
        }
    }

    /// The fields of `config.json` that say what this family has and has not.
    var huggingFaceFields: [JSONMember] {
        switch self {
        case .llama:
            [
                JSONMember(key: "attention_bias", value: false),
                JSONMember(key: "mlp_bias", value: false),
            ]
        case .mistral: [JSONMember(key: "sliding_window", value: .null)]
        case .qwen2: [JSONMember(key: "use_sliding_window", value: false)]
        }
    }
}

extension JSONFields {
    /// Refuses a field that is there and none of `values`.
    mutating func allow(
        _ name: String, _ values: [JSON], _ expected: String
    ) throws(MalformedInput) {
        guard let value = optionalValue(name), !values.contains(value) else { return }
        throw mismatch(name, expected: expected, found: value)
    }
}

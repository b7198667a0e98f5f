import Encodings

extension RotaryScaling {
    /// Reads the scaling from the fields of `rope_scaling` or `rope_parameters`; nil if it is none.
    ///
    /// Fields that the kind of scaling does not have are left for the caller to refuse.
    init?(_ fields: inout JSONFields, contextLength: Int) throws(MalformedInput) {
        guard let kind = try fields.ropeKind() else { return nil }
        let factor = try fields.double("factor")
        switch kind {
        case .linear: self = .linear(factor: factor)
        case .dynamic: self = .dynamic(factor: factor)
        case .llama3:
            self = .llama3(
                Llama3Scaling(
                    factor: factor,
                    lowFrequencyFactor: try fields.double("low_freq_factor"),
                    highFrequencyFactor: try fields.double("high_freq_factor"),
                    originalContextLength: try fields.originalLength() ?? contextLength))
        case .yarn:
            self = .yarn(try YaRNScaling(&fields, factor: factor, contextLength: contextLength))
        }
    }

    /// The fields of `rope_scaling`; those of `rope_parameters` are these and `rope_theta`.
    var huggingFaceFields: [JSONMember] {
        var members = [
            JSONMember(key: "rope_type", value: .string(kind.rawValue)),
            JSONMember(key: "factor", value: .number("\(factor)")),
        ]
        func add(_ key: String, _ value: JSON) {
            members.append(JSONMember(key: key, value: value))
        }
        switch self {
        case .linear, .dynamic: break
        case .llama3(let scaling):
            add("low_freq_factor", .number("\(scaling.lowFrequencyFactor)"))
            add("high_freq_factor", .number("\(scaling.highFrequencyFactor)"))
            add(
                "original_max_position_embeddings", .integer(Int64(scaling.originalContextLength)))
        case .yarn(let scaling): members += scaling.huggingFaceFields
        }
        return members
    }
}

extension YaRNScaling {
    fileprivate init(
        _ fields: inout JSONFields, factor: Double, contextLength: Int
    ) throws(MalformedInput) {
        self.init(
            factor: factor, originalContextLength: try fields.originalLength() ?? contextLength)
        betaFast = try fields.optionalDouble("beta_fast") ?? betaFast
        betaSlow = try fields.optionalDouble("beta_slow") ?? betaSlow
        truncates = try fields.optionalBool("truncate") ?? truncates
        attentionFactor = try fields.optionalDouble("attention_factor")
        lengthWeight = try fields.optionalDouble("mscale")
        lengthWeightOfAll = try fields.optionalDouble("mscale_all_dim")
        // A remark of the first models that were extended so.
        _ = try fields.optionalBool("finetuned")
    }

    fileprivate var huggingFaceFields: [JSONMember] {
        let numbers: [(String, Double?)] = [
            ("beta_fast", betaFast), ("beta_slow", betaSlow), ("attention_factor", attentionFactor),
            ("mscale", lengthWeight), ("mscale_all_dim", lengthWeightOfAll),
        ]
        return [
            JSONMember(
                key: "original_max_position_embeddings",
                value: .integer(Int64(originalContextLength))),
            JSONMember(key: "truncate", value: .bool(truncates)),
        ]
            + numbers.compactMap { name, number in
                number.map { JSONMember(key: name, value: .number("\($0)")) }
            }
    }
}

extension JSONFields {
    /// The kind of scaling, from `rope_type` or its older name `type`; nil if it is `default`, as it
    /// is without either.
    fileprivate mutating func ropeKind() throws(MalformedInput) -> RotaryScaling.Kind? {
        let kinds = RotaryScaling.Kind.allCases.map(\.rawValue)
        let expected = (["default"] + kinds).joined(separator: ", ")
        var names: [String] = []
        for field in ["rope_type", "type"] {
            guard let value = optionalValue(field) else { continue }
            guard let name = value.string, name == "default" || kinds.contains(name),
                name == names.first ?? name
            else { throw mismatch(field, expected: names.first ?? expected, found: value) }
            names.append(name)
        }
        guard let name = names.first else { return nil }
        return RotaryScaling.Kind(rawValue: name)
    }

    fileprivate mutating func originalLength() throws(MalformedInput) -> Int? {
        let limits = ModelLimits.contextLength
        return try optionalValue(
            "original_max_position_embeddings",
            expected: "an integer from \(limits.lowerBound) to \(limits.upperBound)"
        ) { value in
            value.integer.flatMap { limits.contains($0) ? Int($0) : nil }
        }
    }

    fileprivate mutating func optionalDouble(_ name: String) throws(MalformedInput) -> Double? {
        guard let value = optionalValue(name), value != .null else { return nil }
        guard let number = value.double else {
            throw mismatch(name, expected: "a number or null", found: value)
        }
        return number
    }
}

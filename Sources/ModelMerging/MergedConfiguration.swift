package import Encodings

/// The `config.json` of a merge.
package enum MergedConfiguration {
    /// What every model must have the same of.
    private static let sameFields = [
        "model_type", "architectures", "vocab_size", "hidden_size", "num_attention_heads",
        "num_key_value_heads", "head_dim",
    ]

    /// What should be the same, but may be meant not to be.
    private static let similarFields = [
        "hidden_act", "rms_norm_eps", "rope_theta", "rope_scaling", "rope_parameters",
        "sliding_window",
    ]

    /// Refuses models of another architecture than the `pattern`; returns the fields, apart from
    /// those, in which one differs, as a warning says it.
    package static func differences(
        of configurations: [(model: String, config: JSON)], from pattern: Int
    ) throws(MalformedInput) -> [String] {
        let (name, expected) = configurations[pattern]
        var differences: [String] = []
        for (model, config) in configurations {
            if let field = difference(expected, config, in: sameFields) {
                throw MalformedInput.field(
                    field.name, expected: "\(field.left), as of '\(name)'", found: field.right
                ).within("config.json").within(model)
            }
            if let field = difference(expected, config, in: similarFields) {
                differences.append(
                    "\(model): config.json: field '\(field.name)' is \(field.right), but"
                        + " \(field.left) in '\(name)', whose the merge has")
            }
        }
        return differences
    }

    /// The first field that both have, and have different.
    private static func difference(
        _ left: JSON, _ right: JSON, in fields: [String]
    ) -> (name: String, left: String, right: String)? {
        for field in fields {
            if let one = left[field], let other = right[field], one != other {
                return (field, one.orderedText, other.orderedText)
            }
        }
        return nil
    }

    /// `pattern` with the layers of `plan` and, if that is not what it says, its way of the output
    /// projection.
    package static func config(_ pattern: JSON, of plan: MergePlan) -> JSON {
        var members = pattern.object ?? []
        for index in members.indices {
            switch members[index].key {
            case "num_hidden_layers", "n_layer", "num_layers":
                members[index].value = .integer(Int64(plan.layerOrigins.count))
            case "layer_types":
                guard let types = members[index].value.array else { continue }
                members[index].value = .array(
                    plan.layerOrigins.compactMap { $0 < types.count ? types[$0] : nil })
            case "tie_word_embeddings":
                if members[index].value == .bool(true), !plan.tiesHead {
                    members[index].value = false
                }
            default: continue
            }
        }
        return .object(members)
    }
}

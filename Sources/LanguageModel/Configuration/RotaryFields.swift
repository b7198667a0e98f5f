import Encodings

/// What `config.json` says about the rotation, in the spelling of `transformers` 4, 5 or both.
struct RotaryFields {
    /// The base of the frequencies.
    let theta: Double
    /// How they are scaled, if at all.
    let scaling: RotaryScaling?

    /// Reads `rope_theta`, `rope_scaling` (before transformers 5) and `rope_parameters` (since).
    init(_ fields: inout JSONFields, contextLength: Int) throws(MalformedInput) {
        var thetas = [try fields.optionalValue("rope_theta", expected: "a number") { $0.double }]
        var scalings: [(name: String, scaling: RotaryScaling?)] = []
        for name in ["rope_scaling", "rope_parameters"] {
            guard let value = fields.optionalValue(name), value != .null else { continue }
            var rope = try JSONFields(value, of: "config.json: field '\(name)'")
            scalings.append((name, try RotaryScaling(&rope, contextLength: contextLength)))
            thetas.append(try rope.optionalValue("rope_theta", expected: "a number") { $0.double })
            try rope.finish()
        }
        guard scalings.allSatisfy({ $0.scaling == scalings[0].scaling }) else {
            throw MalformedInput(
                "fields 'rope_scaling' and 'rope_parameters' disagree", in: "config.json")
        }
        let given = thetas.compactMap(\.self)
        guard given.allSatisfy({ $0 == given[0] }) else {
            throw MalformedInput(
                "field 'rope_theta' stands twice, as \(given[0]) and as another number",
                in: "config.json")
        }
        theta = given.first ?? 10_000
        scaling = scalings.first?.scaling
    }
}

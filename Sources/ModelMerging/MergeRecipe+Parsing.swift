package import Encodings

extension MergeRecipe {
    /// The recipe that the value of a YAML file spells.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "recipe")
        var reader = Reader()
        let method = try fields.named("merge_method", ModelMergeMethod.self)
        reader.method = method
        if let operand = try fields.optionalOperand("base_model") {
            base = reader.number(of: operand)
        } else {
            base = nil
        }
        self.method = method
        (slices, choosesLayers) = try reader.slices(&fields)
        let parameters = try reader.settings(&fields, takesOptions: true)
        settings = parameters.settings
        normalizes = try parameters.options.normalizes(method)
        rescaling = try parameters.options.rescaling(method)
        numberFormat = try Self.numberFormat(&fields)
        models = reader.models
        tokenizer = try Self.tokenizer(&fields, models, base ?? slices[0].sources[0].model)
        try fields.finish()
        try checkCounts()
    }

    private static func numberFormat(
        _ fields: inout JSONFields
    ) throws(MalformedInput) -> String? {
        let known = ["float32", "bfloat16", "float16"]
        var format: String?
        for name in ["dtype", "out_dtype"] {
            let found = try fields.optionalValue(
                name, expected: known.joined(separator: ", ")
            ) { value in value.string.flatMap { known.contains($0) ? $0 : nil } }
            format = found ?? format
        }
        return format
    }

    /// `base`, `first` or a model; vocabularies are not joined.
    private static func tokenizer(
        _ fields: inout JSONFields, _ models: [String], _ pattern: Int
    ) throws(MalformedInput) -> Int {
        let source = try fields.optionalValue(
            "tokenizer_source",
            expected: "base, first or one of the models (vocabularies are not joined)"
        ) { value in
            value.string.flatMap { name in
                name == "base" || name == "first" || models.contains(name) ? name : nil
            }
        }
        switch source {
        case nil, "base": return pattern
        case "first": return 0
        case .some(let name): return models.firstIndex(of: name) ?? pattern
        }
    }

    /// Each method takes models of a number of its own.
    private func checkCounts() throws(MalformedInput) {
        guard !method.needsBase || base != nil else {
            throw MalformedInput("missing field 'base_model': \(method.rawValue) needs it")
        }
        for slice in slices {
            let count = others(in: slice).count
            let (fits, expected) =
                switch method {
                case .slerp: (count == 1, "one model besides the base")
                case .modelStock: (count >= 2, "at least two models besides the base")
                case .passthrough: (slice.sources.count == 1, "one model in a slice")
                default: (count >= 1 || base != nil, "a model")
                }
            guard fits else {
                throw MalformedInput("\(method.rawValue): expected \(expected), found \(count)")
            }
        }
    }

    /// The sources that are compared with the base: all but the first that is the base itself.
    package func others(in slice: Slice) -> [Source] {
        guard method.needsBase,
            let own = slice.sources.firstIndex(where: { $0.model == base })
        else { return slice.sources }
        var sources = slice.sources
        sources.remove(at: own)
        return sources
    }
}

extension MergeRecipe {
    /// Reads slices and settings, and numbers the models on the way.
    fileprivate struct Reader {
        var method = ModelMergeMethod.linear
        private(set) var models: [String] = []

        mutating func number(of operand: String) -> Int {
            if let number = models.firstIndex(where: { $0.hasSameBytes(as: operand) }) {
                return number
            }
            models.append(operand)
            return models.count - 1
        }

        /// `models`, which are one slice of all layers, or `slices`.
        mutating func slices(
            _ fields: inout JSONFields
        ) throws(MalformedInput) -> ([Slice], choosesLayers: Bool) {
            let whole = try fields.optionalArray("models", limit: countLimit)
            let parts = try fields.optionalArray("slices", limit: countLimit)
            switch (whole, parts) {
            case (let whole?, nil):
                return ([Slice(sources: try sources(whole, hasRange: false), settings: [:])], false)
            case (nil, let parts?) where !parts.isEmpty:
                var slices: [Slice] = []
                for part in parts { slices.append(try slice(part)) }
                return (slices, true)
            default: throw MalformedInput("expected either 'models' or 'slices'", in: "recipe")
            }
        }

        private mutating func slice(_ json: JSON) throws(MalformedInput) -> Slice {
            var fields = try JSONFields(json, of: "slice")
            let sources = try sources(fields.array("sources", limit: countLimit), hasRange: true)
            let settings = try settings(&fields).settings
            try fields.finish()
            return Slice(sources: sources, settings: settings)
        }

        private mutating func sources(
            _ elements: [JSON], hasRange: Bool
        ) throws(MalformedInput) -> [Source] {
            guard !elements.isEmpty else { throw MalformedInput("expected a model", in: "recipe") }
            var sources: [Source] = []
            for element in elements {
                var fields = try JSONFields(element, of: hasRange ? "source" : "model")
                let model = number(of: try fields.operand("model"))
                let layers = hasRange ? try fields.layerRange() : nil
                let settings = try settings(&fields).settings
                try fields.finish()
                sources.append(Source(model: model, layers: layers, settings: settings))
            }
            return sources
        }

        /// The object `parameters`; the options of the whole recipe may stand there too.
        func settings(
            _ fields: inout JSONFields, takesOptions: Bool = false
        ) throws(MalformedInput) -> (settings: Settings, options: Options) {
            let json = fields.optionalValue("parameters") ?? .object([])
            var entries = try JSONFields(json, of: "parameters")
            var settings: Settings = [:]
            for parameter in method.parameters {
                guard let value = entries.optionalValue(parameter.rawValue) else { continue }
                settings[parameter] = try MergeSetting(value, of: parameter.rawValue)
            }
            var options = Options()
            if takesOptions, method.normalizes != nil {
                options.normalize = entries.optionalValue("normalize")
            }
            if takesOptions, method.selection != .all {
                options.rescale = entries.optionalValue("rescale")
            }
            do throws(MalformedInput) {
                try entries.finish()
            } catch {
                throw MalformedInput("\(error.reason) of \(method.rawValue)", in: error.subject)
            }
            return (settings, options)
        }
    }

    /// Options of a whole recipe, as they are written.
    fileprivate struct Options {
        var normalize: JSON?
        var rescale: JSON?

        func normalizes(_ method: ModelMergeMethod) throws(MalformedInput) -> Bool {
            guard let normalize else { return method.normalizes ?? false }
            guard let value = normalize.bool else {
                throw .field("normalize", expected: "true or false", found: normalize.summary)
            }
            return value
        }

        /// `true` is by density where elements are dropped at random, else by the sum of
        /// magnitudes.
        func rescaling(_ method: ModelMergeMethod) throws(MalformedInput) -> Rescaling {
            let usual: Rescaling = method.selection == .random ? .density : .l1
            switch rescale {
            case nil: return method.selection == .random ? .density : .none
            case .bool(let value)?: return value ? usual : .none
            case .string("density")?: return .density
            case .string("l1")?: return .l1
            case .some(let other):
                throw .field(
                    "rescale", expected: "true, false, density or l1", found: other.summary)
            }
        }
    }
}

extension JSONFields {
    /// The raw value in field `name`.
    fileprivate mutating func named<Value>(
        _ name: String, _ type: Value.Type
    ) throws(MalformedInput) -> Value
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(name, expected: known) { $0.string.flatMap { Value(rawValue: $0) } }
    }

    /// The model in field `name`: a directory or a checkpoint, as a string.
    fileprivate mutating func operand(_ name: String) throws(MalformedInput) -> String {
        try value(name, expected: "the path of a model") { Self.operand($0) }
    }

    fileprivate mutating func optionalOperand(_ name: String) throws(MalformedInput) -> String? {
        try optionalValue(name, expected: "the path of a model") { Self.operand($0) }
    }

    private static func operand(_ json: JSON) -> String? {
        json.string.flatMap { $0.isEmpty || $0.utf8.count > 4_096 ? nil : $0 }
    }

    /// Two layers: the first one, and the one after the last.
    fileprivate mutating func layerRange() throws(MalformedInput) -> Range<Int>? {
        try optionalValue("layer_range", expected: "[first, end] with first below end") { value in
            guard let bounds = value.array?.map(\.integer), bounds.count == 2,
                let first = bounds[0], let end = bounds[1], first >= 0, first < end,
                end <= Int32.max
            else { return nil }
            return Int(first)..<Int(end)
        }
    }
}

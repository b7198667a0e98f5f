package import Encodings

/// A list of sources with their weights, licences and formats, as a record.
package enum SourceList {
    /// Reads the record; what it does not say of a source is as in `settings`.
    package static func sources(
        _ json: JSON, settings: IngestionSettings
    ) throws(MalformedInput) -> [DocumentSource] {
        var fields = try JSONFields(json, of: "sources")
        var sources: [DocumentSource] = []
        for entry in try fields.array("sources", limit: DocumentSource.maximumCount) {
            do throws(MalformedInput) {
                sources.append(try source(entry, settings))
            } catch {
                throw error.within("source \(sources.count + 1)")
            }
        }
        try fields.finish()
        try check(sources)
        return sources
    }

    private static func source(
        _ json: JSON, _ defaults: IngestionSettings
    ) throws(MalformedInput) -> DocumentSource {
        var fields = try JSONFields(json, of: "source")
        var settings = defaults
        let name = try fields.string("name", limit: DocumentLabels.longest)
        let paths = try fields.value("paths", expected: "paths of files") { value in
            value.array.flatMap { elements -> [String]? in
                let paths = elements.compactMap(\.string)
                let isWhole = paths.count == elements.count && !paths.isEmpty
                return isWhole && paths.allSatisfy { !$0.utf8.contains(0) && $0 != "-" }
                    ? paths : nil
            }
        }
        let weights = Int64(1)...DocumentSource.maximumWeight
        let weight = try fields.optionalValue(
            "weight", expected: "an integer from 1 to \(weights.upperBound)"
        ) { $0.integer.flatMap { weights.contains($0) ? UInt64($0) : nil } }
        let formats = TextFormat.allCases.map(\.rawValue).joined(separator: ", ")
        settings.format =
            try fields.optionalValue("format", expected: "one of \(formats)") {
                $0.string.flatMap(TextFormat.init)
            } ?? settings.format
        settings.fields.text = try fields.path("field") ?? settings.fields.text
        settings.fields.licence = try fields.path("licence_field") ?? settings.fields.licence
        settings.fields.origin = try fields.path("origin_field") ?? settings.fields.origin
        let licence = try fields.optionalString("licence", limit: DocumentLabels.longest)
        settings.labels = DocumentLabels(
            collection: name, licence: licence ?? settings.labels.licence,
            origin: settings.labels.origin)
        try fields.finish()
        return DocumentSource(
            name: name, operands: paths.map { InputOperand($0) }, settings: settings,
            weight: weight)
    }

    private static func check(_ sources: [DocumentSource]) throws(MalformedInput) {
        guard !sources.isEmpty else { throw MalformedInput("expected a source", in: "sources") }
        guard Set(sources.map { $0.weight == nil }).count == 1 else {
            throw MalformedInput("expected a weight for every source or for none", in: "sources")
        }
        let names = Set(sources.map { Array(($0.name ?? "").utf8) })
        guard names.count == sources.count else {
            throw MalformedInput("expected distinct names", in: "sources")
        }
    }
}

extension JSONFields {
    /// The path of a field in field `name`, or nil if there is no such field.
    fileprivate mutating func path(_ name: String) throws(MalformedInput) -> FieldPath? {
        try optionalValue(name, expected: "the path of a field") {
            $0.string.flatMap(FieldPath.init)
        }
    }
}

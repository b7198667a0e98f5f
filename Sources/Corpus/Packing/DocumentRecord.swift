package import Encodings
package import Storage

/// A document as a shard lists it: where it came from and which tokens are its own.
package struct DocumentRecord: Sendable, Equatable {
    /// Where the text came from, a label for people.
    package var source: String
    /// The bytes of the text.
    package var bytes: Int
    /// The digest of the text.
    package var digest: Digest
    /// The tokens of the document in the stream of its split, end of text included.
    package var span: Range<Int>
    /// What else is known of it.
    package var labels: DocumentLabels

    /// Reads a line of `documents.jsonl`.
    init(json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "document")
        source = try fields.string("source", limit: Self.longestSource)
        bytes = try Int(fields.integer("bytes", in: 1...Int64(1) << 40))
        digest = try fields.digest("sha256")
        labels = try DocumentLabels(&fields)
        let bounds = try fields.array("span", limit: 2).compactMap(\.integer)
        try fields.finish()
        guard bounds.count == 2, 0 <= bounds[0], bounds[0] < bounds[1] else {
            throw MalformedInput("field 'span': expected two ascending positions", in: "document")
        }
        span = Int(bounds[0])..<Int(bounds[1])
    }

    init(
        source: String, bytes: Int, digest: Digest, span: Range<Int>, labels: DocumentLabels = .none
    ) {
        self.source = source
        self.bytes = bytes
        self.digest = digest
        self.span = span
        self.labels = labels
    }

    /// The line of `documents.jsonl`.
    package var json: JSON {
        .object(
            labels.members + [
                JSONMember(key: "bytes", value: .integer(Int64(bytes))),
                JSONMember(key: "sha256", value: digest.json),
                JSONMember(key: "source", value: .string(source)),
                JSONMember(
                    key: "span",
                    value: [.integer(Int64(span.lowerBound)), .integer(Int64(span.upperBound))]),
            ])
    }

    /// The longest label in bytes; longer ones are cut where the document is packed.
    static let longestSource = 4096
}

extension DocumentLabels {
    /// The members of a record; labels that are absent have none.
    var members: [JSONMember] {
        [("collection", collection), ("licence", licence), ("origin", origin)]
            .compactMap { key, label in
                label.map { JSONMember(key: key, value: .string($0)) }
            }
    }

    /// Reads the labels among the fields of a record.
    init(_ fields: inout JSONFields) throws(MalformedInput) {
        self.init(
            collection: try fields.optionalString("collection", limit: Self.longest),
            licence: try fields.optionalString("licence", limit: Self.longest),
            origin: try fields.optionalString("origin", limit: Self.longest))
    }
}

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

    /// Reads a line of `documents.jsonl`.
    init(json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "document")
        source = try fields.string("source", limit: Self.longestSource)
        bytes = try Int(fields.integer("bytes", in: 1...Int64(1) << 40))
        digest = try fields.digest("sha256")
        let bounds = try fields.array("span", limit: 2).compactMap(\.integer)
        try fields.finish()
        guard bounds.count == 2, 0 <= bounds[0], bounds[0] < bounds[1] else {
            throw MalformedInput("field 'span': expected two ascending positions", in: "document")
        }
        span = Int(bounds[0])..<Int(bounds[1])
    }

    init(source: String, bytes: Int, digest: Digest, span: Range<Int>) {
        self.source = source
        self.bytes = bytes
        self.digest = digest
        self.span = span
    }

    /// The line of `documents.jsonl`.
    package var json: JSON {
        [
            "bytes": .integer(Int64(bytes)),
            "sha256": digest.json,
            "source": .string(source),
            "span": [.integer(Int64(span.lowerBound)), .integer(Int64(span.upperBound))],
        ]
    }

    /// The longest label in bytes; longer ones are cut where the document is packed.
    static let longestSource = 4096
}

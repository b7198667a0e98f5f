package import Encodings

extension JSONFields {
    /// The SHA-256 digest in field `name`.
    package mutating func digest(_ name: String) throws(MalformedInput) -> Digest {
        try value(name, expected: Digest.expectation, as: Digest.init(json:))
    }

    /// The SHA-256 digest in field `name`, or nil if the field is `null`.
    package mutating func nullableDigest(_ name: String) throws(MalformedInput) -> Digest? {
        try nullableValue(name, expected: Digest.expectation, as: Digest.init(json:))
    }
}

extension Digest {
    /// The digest in a JSON string, or nil if it is anything else.
    package init?(json: JSON) {
        guard let text = json.string else { return nil }
        self.init(hex: text)
    }

    /// The JSON string of this digest.
    package var json: JSON { .string(hex) }

    /// The wording of what a field should have held.
    fileprivate static let expectation = "64 lower-case hexadecimal digits"
}

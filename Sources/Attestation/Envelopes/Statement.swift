package import Encodings
package import Storage

/// A claim about artifacts: the statement of the in-toto attestation framework, v1.
package struct Statement: Sendable, Equatable {
    /// The type that every statement states.
    package static let type = "https://in-toto.io/Statement/v1"

    /// The payload type of statements in envelopes.
    package static let payloadType = "application/vnd.in-toto+json"

    /// How large a statement is read.
    package static let limits = JSONLimits(bytes: 1 << 26, depth: 16, values: 1 << 22)

    /// What the claim is about.
    package let subject: StatementSubject

    /// The kind of claim, a URI.
    package let predicateType: String

    /// The claim.
    package let predicate: JSON

    /// The claim `predicate` about `subject`.
    package init(subject: StatementSubject, predicateType: String, predicate: JSON) {
        self.subject = subject
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// The unsigned envelope that carries this statement.
    package var envelope: Envelope {
        Envelope(payloadType: Self.payloadType, payload: json.orderedBytes())
    }

    /// The statement in `envelope`, whose signatures somebody has verified before.
    ///
    /// As in-toto demands, fields that it does not know are passed over.
    package init(
        in envelope: Envelope, predicateType: String
    ) throws(MalformedInput) {
        guard envelope.payloadType.hasSameBytes(as: Self.payloadType) else {
            throw .field(
                "payloadType", expected: "\"\(Self.payloadType)\"",
                found: MalformedInput.quoted(envelope.payloadType)
            ).within("envelope")
        }
        let json: JSON
        do throws(MalformedInput) {
            json = try JSON(parsing: envelope.payload, limits: Self.limits)
        } catch {
            throw error.within("statement")
        }
        var fields = try JSONFields(json, of: "statement")
        try fields.constant("_type", Self.type)
        try fields.constant("predicateType", predicateType)
        let subjects = try fields.array("subject")
        guard subjects.count == 1 else {
            throw MalformedInput("expected one subject, found \(subjects.count)", in: "statement")
        }
        subject = try StatementSubject(subjects[0])
        predicate = try fields.value("predicate")
        self.predicateType = predicateType
    }

    private var json: JSON {
        [
            "_type": .string(Self.type), "subject": [subject.json],
            "predicateType": .string(predicateType), "predicate": predicate,
        ]
    }
}

/// What a statement is about: a resource descriptor of in-toto.
package struct StatementSubject: Sendable, Equatable {
    /// The most bytes in a name.
    package static let maximumNameLength = 4096

    /// What people call it; not empty.
    package let name: String

    /// Its SHA-256 digest.
    package let digest: Digest

    /// What else is said of it, by URI.
    package let annotations: [JSONMember]

    /// The artifact `name` with its digest and what else is said of it.
    package init(name: String, digest: Digest, annotations: [JSONMember] = []) {
        precondition(!name.isEmpty, "a subject has a name")
        self.name = name
        self.digest = digest
        self.annotations = annotations
    }

    /// The subject in `json`; of its digests only SHA-256 is looked at.
    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "subject")
        let limit = Self.maximumNameLength
        name = try fields.value("name", expected: "a string of 1 to \(limit) bytes") { value in
            value.string.flatMap { (1...limit).contains($0.utf8.count) ? $0 : nil }
        }
        var digests = try fields.fields("digest")
        digest = try digests.digest("sha256")
        annotations =
            try fields.optionalValue("annotations", expected: "an object") {
                $0.object
            } ?? []
    }

    fileprivate var json: JSON {
        var members = [
            JSONMember(key: "name", value: .string(name)),
            JSONMember(key: "digest", value: ["sha256": digest.json]),
        ]
        if !annotations.isEmpty {
            members.append(JSONMember(key: "annotations", value: .object(annotations)))
        }
        return .object(members)
    }
}

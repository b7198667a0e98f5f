package import Encodings
package import Storage

/// Where a checkpoint comes from (`lineage.json`).
package struct Lineage: Sendable, Equatable {
    /// The run's digest; none for a model that belongs to no run.
    package let run: Digest?
    /// Rounds merged so far: 0 for the initial weights.
    package let round: Int
    /// The checkpoint this one was merged from; none for the initial weights.
    package let parent: Digest?
    /// The contributions merged into it, ascending.
    package let contributions: [Digest]

    /// A lineage of the given parts.
    package init(run: Digest?, round: Int, parent: Digest?, contributions: [Digest]) {
        self.run = run
        self.round = round
        self.parent = parent
        self.contributions = contributions
    }

    /// The member of a checkpoint that holds it.
    package static let member = "lineage.json"

    /// The most bytes, enough for the contributions of the largest roster.
    package static let sizeLimit = 8 << 20

    /// The lineage in the member with these bytes.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        let limits = JSONLimits(bytes: Lineage.sizeLimit, depth: 2)
        var fields = try JSONFields(JSON(parsing: bytes, limits: limits), of: Self.member)
        try self.init(reading: &fields)
        try fields.finish()
    }

    /// The lineage in some of the fields of an object.
    package init(reading fields: inout JSONFields) throws(MalformedInput) {
        run = try fields.nullableDigest("run")
        round = Int(try fields.integer("round", in: 0...Int64(UInt32.max)))
        parent = try fields.nullableDigest("parent")
        contributions = try fields.digests("contributions")
    }

    /// The fields of the lineage in their order.
    package var members: [JSONMember] {
        [
            JSONMember(key: "run", value: run?.json ?? .null),
            JSONMember(key: "round", value: .integer(Int64(round))),
            JSONMember(key: "parent", value: parent?.json ?? .null),
            JSONMember(key: "contributions", value: .array(contributions.map(\.json))),
        ]
    }

    var json: JSON { .object(members) }
}

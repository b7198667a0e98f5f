import Encodings
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

    /// The most bytes, enough for the contributions of the largest roster.
    static let sizeLimit = 8 << 20

    init(parsing bytes: [UInt8]) throws(MalformedInput) {
        let limits = JSONLimits(bytes: Lineage.sizeLimit, depth: 2)
        var fields = try JSONFields(JSON(parsing: bytes, limits: limits), of: "lineage.json")
        run = try fields.nullableDigest("run")
        round = Int(try fields.integer("round", in: 0...Int64(UInt32.max)))
        parent = try fields.nullableDigest("parent")
        contributions = try fields.digests("contributions")
        try fields.finish()
    }

    var json: JSON {
        [
            "run": run?.json ?? .null,
            "round": .integer(Int64(round)),
            "parent": parent?.json ?? .null,
            "contributions": .array(contributions.map(\.json)),
        ]
    }
}

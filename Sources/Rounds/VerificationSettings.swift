import Encodings

/// How much of the work is replayed, and by how many (`verification` in the run file).
package struct VerificationSettings: Sendable, Equatable {
    /// What verifiers replay.
    package enum Replay: Sendable, Equatable {
        /// Every contribution, whole.
        case all
        /// A drawn share of the contributions: so many segments of each, or the whole if none.
        case sampled(partsPerMillion: Int, segments: Int?)
    }

    /// What verifiers replay.
    package let replay: Replay
    /// Verifiers that must accept a contribution; more than half of those trusted if none.
    package let quorum: Int?
    /// Which scores leave a contribution out of the merge; none does if nil.
    package let scores: ScoreSettings?

    /// What holds where nothing is said: everything is replayed.
    package static let everything = VerificationSettings(replay: .all, quorum: nil)

    /// The most verifiers that can be asked for.
    package static let maximumQuorum = 1024

    /// Settings of the given parts.
    package init(replay: Replay, quorum: Int?, scores: ScoreSettings? = nil) {
        self.replay = replay
        self.quorum = quorum
        self.scores = scores
    }

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        if try fields.choice("replay", of: ["all", "sampled"]) == "all" {
            replay = .all
        } else {
            replay = .sampled(
                partsPerMillion: Int(try fields.integer("share_ppm", in: 1...1_000_000)),
                segments: try fields.optionalInteger("segments", in: 1...4096).map { Int($0) })
        }
        quorum = try fields.optionalInteger("quorum", in: 1...Int64(Self.maximumQuorum))
            .map { Int($0) }
        scores = try fields.optional("scores") { section throws(MalformedInput) in
            try ScoreSettings(JSONFields(section, of: "verification.scores"))
        }
        try fields.finish()
    }
}

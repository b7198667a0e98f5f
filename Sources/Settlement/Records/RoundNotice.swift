package import Encodings

/// A word about a round that says no more than its number.
package struct RoundNotice: Sendable, Equatable {
    /// What is said of the round.
    package let kind: Kind
    /// The round.
    package let round: UInt32

    /// What may be said of a round.
    package enum Kind: String, Sendable, CaseIterable {
        /// The operator: it begins; from then on its roster and seed are fixed.
        case opening
        /// The operator: it takes no more work; verdicts about it may still come.
        case closing
        /// A worker: from this round on it takes no part.
        case leave
    }

    /// A word about a round.
    package init(_ kind: Kind, round: UInt32) {
        self.kind = kind
        self.round = round
    }

    /// The body of the entry.
    package var json: JSON {
        ["type": .string(kind.rawValue), "round": .integer(Int64(round))]
    }

    /// Reads the body of an entry of this kind.
    package init(_ kind: Kind, _ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: kind.rawValue)
        try fields.constant("type", kind.rawValue)
        round = try fields.round("round")
        try fields.finish()
        self.kind = kind
    }
}

package import Encodings

/// The operator's word that a round begins: from then on its roster and seed are fixed.
package struct Opening: Sendable, Equatable {
    /// The round.
    package let round: UInt32

    /// Opens a round.
    package init(round: UInt32) {
        self.round = round
    }

    /// The body of the entry.
    package var json: JSON {
        ["type": "opening", "round": .integer(Int64(round))]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "opening")
        try fields.constant("type", "opening")
        round = try fields.round("round")
        try fields.finish()
    }
}

package import Encodings

/// The operator's word that a round takes no more work; verdicts about it may still come.
package struct Closing: Sendable, Equatable {
    /// The round.
    package let round: UInt32

    /// Closes a round.
    package init(round: UInt32) {
        self.round = round
    }

    /// The body of the entry.
    package var json: JSON {
        ["type": "closing", "round": .integer(Int64(round))]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "closing")
        try fields.constant("type", "closing")
        round = try fields.round("round")
        try fields.finish()
    }
}

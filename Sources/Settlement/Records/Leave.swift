package import Encodings

/// An author's notice that it takes no part as a worker in a round and those after it.
package struct Leave: Sendable, Equatable {
    /// The first round the worker takes no part in.
    package let round: UInt32

    /// A notice to leave.
    package init(round: UInt32) {
        self.round = round
    }

    /// The body of the entry.
    package var json: JSON {
        ["type": "leave", "round": .integer(Int64(round))]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "leave")
        try fields.constant("type", "leave")
        round = try fields.round("round")
        try fields.finish()
    }
}

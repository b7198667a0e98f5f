import Encodings

/// Where a run is after a round.
struct StudyPoint {
    /// Rounds merged.
    let round: Int
    /// Tokens that all workers together have trained on.
    let tokens: Int
    /// Bytes of updates that one worker has sent, on average.
    let bytes: Int
    /// Mean loss on held-out text, nats a token.
    let loss: Double

    var json: JSON {
        [
            "round": .integer(Int64(round)), "tokens": .integer(Int64(tokens)),
            "bytes": .integer(Int64(bytes)), "loss": .number("\(loss)"),
        ]
    }

    init(round: Int, tokens: Int, bytes: Int, loss: Double) {
        self.round = round
        self.tokens = tokens
        self.bytes = bytes
        self.loss = loss
    }

    /// Reads a point from a line of a result.
    init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "point")
        round = Int(try fields.integer("round", in: 0...1 << 40))
        tokens = Int(try fields.integer("tokens", in: 0...1 << 50))
        bytes = Int(try fields.integer("bytes", in: 0...1 << 50))
        loss = try fields.double("loss")
        try fields.finish()
    }
}

package import Encodings
package import Identity
import Storage

/// An author's request to take part as a worker from a round on, with its stake.
package struct Join: Sendable, Equatable {
    /// The largest throughput a worker may declare, the one a roster may hold.
    package static let maximumThroughput: UInt64 = 1 << 40

    /// The account that rewards are paid to, and the stake in the end.
    package let payout: PublicKey
    /// The stake in base units.
    package let stake: UInt64
    /// The declared speed, in tokens per second; it only decides how much work is assigned.
    package let throughput: UInt64
    /// The first round the worker takes part in.
    package let round: UInt32

    /// A request to join.
    package init(payout: PublicKey, stake: UInt64, throughput: UInt64, round: UInt32) {
        self.payout = payout
        self.stake = stake
        self.throughput = throughput
        self.round = round
    }

    /// The body of the entry.
    package var json: JSON {
        [
            "type": "join",
            "payout": .string(payout.base58),
            "stake": Amount.json(stake),
            "throughput": .integer(Int64(throughput)),
            "round": .integer(Int64(round)),
        ]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "join")
        try fields.constant("type", "join")
        payout = try fields.publicKey("payout")
        stake = try fields.amount("stake")
        throughput = UInt64(try fields.integer("throughput", in: 1...Int64(Join.maximumThroughput)))
        round = try fields.round("round")
        try fields.finish()
    }
}

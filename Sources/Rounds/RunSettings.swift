package import Artifacts
import Encodings
package import Storage
package import UpdateCodec

/// The data of a run (`data` in the run file).
package struct DataSettings: Sendable {
    /// Merkle root over the training sequences.
    package let root: Digest
    /// Merkle root over the held-out sequences.
    package let heldOut: Digest
    /// Predicted tokens a sequence, T.
    package let sequenceLength: Int
    /// Whether a token sees those of its own document alone, at positions counted from its start.
    package let resetsAttention: Bool

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        root = try fields.digest("root")
        heldOut = try fields.digest("held_out")
        sequenceLength = Int(try fields.integer("sequence_length", in: 1...1_048_576))
        resetsAttention = try fields.optionalBool("reset_attention") ?? false
        try fields.finish()
    }
}

/// The work of one round (`round` in the run file).
package struct RoundSettings: Sendable {
    /// Steps of the learning-rate schedule that one round advances, whatever a worker's share.
    package let steps: Int
    /// The most batches a round.
    package static let batchesLimit: Int64 = 1 << 20

    /// The most tokens of one inner step, so that no size computed from them overflows.
    package static let stepTokensLimit = 1 << 26

    /// Batches a round, all workers together; each is one inner step of one worker.
    package let batches: Int
    /// Sequences a batch.
    package let batch: Int
    /// Inner steps between two committed state roots.
    package let segmentSteps: Int
    /// Whether shares of the round are in proportion to stake, not to declared throughput.
    package let weighsStake: Bool

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        steps = Int(try fields.integer("steps", in: 1...1_000_000))
        batches = Int(try fields.integer("batches", in: 1...RoundSettings.batchesLimit))
        batch = Int(try fields.integer("batch", in: 1...65_536))
        segmentSteps = Int(try fields.integer("segment_steps", in: 1...1_000_000))
        let rules = ["slices-by-throughput v1", "slices-by-stake v1"]
        let rule = try fields.optionalValue(
            "assignment", expected: rules.joined(separator: " or ")
        ) { value in
            rules.firstIndex { name in value.string?.hasSameBytes(as: name) == true }
        }
        weighsStake = rule == 1
        try fields.finish()
    }
}

/// How an update is compressed (`codec` in the run file).
package struct CodecSettings: Sendable {
    /// What is compressed and how it is written.
    package let codec: UpdateFormat
    /// The share of the last residual that is added to the next pseudo-gradient.
    package let errorFeedback: Float
    /// The form in which what is sent is taken out of the residual: as it is decoded, or exactly.
    package let feedback: UpdateFormat
    /// The share of it that is taken out.
    package let feedbackShare: Float

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        try fields.constant("name", "chunked-top-k v1")
        let transform = try fields.choice("transform", of: Transform.self)
        let chunk = Int(try fields.integer("chunk", in: 1...Int64(TensorCodec.chunkLimit)))
        let keep = Int(try fields.integer("keep", in: 1...Int64(chunk)))
        let values = try fields.choice("values", of: ValueFormat.self)
        codec = UpdateFormat(
            transform: transform, codec: TensorCodec(chunk: chunk, keep: keep, values: values))
        errorFeedback = try fields.float("error_feedback", in: 0...1)
        let isExact = try fields.optionalChoice("feedback", of: ["quantised", "exact"]) == "exact"
        feedback = isExact ? codec.exact : codec
        feedbackShare = try fields.optionalFloat("feedback_share", in: 0...1) ?? 1
        try fields.finish()
    }
}

/// How updates become one pseudo-gradient (`merge` in the run file).
package struct MergeSettings: Sendable {
    /// The rule and its settings.
    package let rule: MergeRule

    /// What holds where nothing is said: nobody is trusted, and nobody counts much alone.
    package static let amongStrangers = MergeSettings(
        rule: MergeRule(.agreement, over: .senders, leastShare: 0.25, clip: 1))

    private init(rule: MergeRule) { self.rule = rule }

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        rule = try MergeRule(&fields)
        try fields.finish()
    }
}

/// What the work pays (`reward` in the run file); amounts are base units.
package struct RewardSettings: Sendable {
    /// The rules by which the reward of a round is shared out (docs/settlement.md).
    package enum Rule: String, CaseIterable, Sendable {
        /// In proportion to verified tokens.
        case proRataVerifiedTokens = "pro-rata-verified-tokens v1"
        /// The same to everybody whose work was accepted.
        case equalPerFinisher = "equal-per-finisher v1"
        /// In proportion to verified tokens up to a cap.
        case cappedTokens = "capped-tokens v1"
        /// In proportion to verified tokens and the worker's rating.
        case ratingWeighted = "rating-weighted-tokens v1"
        /// In proportion to what each contribution adds to the merge.
        case leaveOneOut = "leave-one-out-value v1"
    }

    /// The rule by which the reward of a round is shared out.
    package let rule: Rule
    /// The tokens that count for a worker in a round at most; none if the rule has no such cap.
    package let cap: UInt64?
    /// The token's symbol, for people.
    package let symbol: String
    /// Decimal places between a base unit and one token.
    package let decimals: Int
    /// Base units the treasury holds at the start.
    package let supply: UInt64
    /// Base units paid a round.
    package let perRound: UInt64
    /// The share of the stake lost for a proven lie, in parts per million.
    package let slashPartsPerMillion: Int
    /// How long money waits.
    package let delays: RoundDelays
    /// Base units an account must hold to be exported.
    package let minimumPayout: UInt64

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        rule = try fields.choice("rule", of: Rule.self)
        cap = rule == .cappedTokens ? UInt64(try fields.integer("cap", in: 1...Int64.max)) : nil
        symbol = try fields.string("symbol")
        decimals = Int(try fields.integer("decimals", in: 0...18))
        supply = try fields.amount("supply")
        perRound = try fields.amount("per_round")
        slashPartsPerMillion = Int(try fields.integer("slash_ppm", in: 0...1_000_000))
        delays = try RoundDelays(&fields)
        minimumPayout = try fields.positiveAmount("minimum_payout") ?? 0
        try fields.finish()
    }
}

extension JSONFields {
    /// One of the names of `Choice` in field `name`.
    fileprivate mutating func choice<Choice>(
        _ name: String, of type: Choice.Type
    ) throws(MalformedInput) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(name, expected: names) { $0.string.flatMap { Choice(rawValue: $0) } }
    }
}

/// How the pool of a round is shared out; each rule is named with its version.
package enum RewardRule: Hashable, Sendable {
    /// In proportion to the verified tokens of the accepted contributions.
    case proRataVerifiedTokens
    /// The same to everybody whose contribution was accepted, as Psyche's coordinator does.
    case equalPerFinisher
    /// In proportion to the verified tokens, of which no more than `cap` count for anybody.
    case cappedTokens(cap: UInt64)
    /// In proportion to the verified tokens, and to how surely the worker is rated above nothing.
    case ratingWeighted
    /// In proportion to what each contribution adds to the merge of all others.
    case leaveOneOut

    /// The names of all rules.
    package static let names = [
        "pro-rata-verified-tokens v1", "equal-per-finisher v1", "capped-tokens v1",
        "rating-weighted-tokens v1", "leave-one-out-value v1",
    ]

    /// The most tokens that count for a rating, so that weights fit in 64 bits.
    package static let maximumRatedTokens: UInt64 = (1 << 48) - 1

    /// What a rule looks at in an accepted contribution.
    package struct Merits: Sendable, Equatable {
        /// Its verified tokens.
        package let tokens: UInt64
        /// By how much the loss of the merge rises without it, in micronats a token.
        package let leaveOneOut: Int64
        /// The mean rating of the worker less three deviations, in thousandths.
        package let rating: Int64

        /// Merits.
        package init(tokens: UInt64, leaveOneOut: Int64 = 0, rating: Int64 = 0) {
            self.tokens = tokens
            self.leaveOneOut = leaveOneOut
            self.rating = rating
        }
    }

    /// The name of the rule.
    package var name: String {
        switch self {
        case .proRataVerifiedTokens: Self.names[0]
        case .equalPerFinisher: Self.names[1]
        case .cappedTokens: Self.names[2]
        case .ratingWeighted: Self.names[3]
        case .leaveOneOut: Self.names[4]
        }
    }

    /// What the capped rule is capped at.
    package var cap: UInt64? {
        if case .cappedTokens(let cap) = self { cap } else { nil }
    }

    /// Whether the rule looks at scores, so that work which too few verifiers scored cannot be paid.
    package var needsScores: Bool { self == .ratingWeighted || self == .leaveOneOut }

    /// The rule of this name, or nil if there is none; the capped one, and no other, has a cap.
    package init?(named name: String, cap: UInt64? = nil) {
        switch (name, cap) {
        case (Self.names[0], nil): self = .proRataVerifiedTokens
        case (Self.names[1], nil): self = .equalPerFinisher
        case (Self.names[2], let cap?) where cap > 0: self = .cappedTokens(cap: cap)
        case (Self.names[3], nil): self = .ratingWeighted
        case (Self.names[4], nil): self = .leaveOneOut
        default: return nil
        }
    }

    static let expectation = names.map { "\"\($0)\"" }.joined(separator: " or ")

    /// The share of each accepted contribution, which come in the order of the workers' key bytes.
    ///
    /// Work of no tokens has no share under any rule.
    ///
    /// - Returns: shares that add up to the pool, or `nil` when nothing can be shared out.
    package func shares(of pool: UInt64, by merits: [Merits]) -> [UInt64]? {
        LargestRemainder.divide(pool, by: merits.map(weight))
    }

    /// What a contribution counts for.
    private func weight(_ merits: Merits) -> UInt64 {
        switch self {
        case .proRataVerifiedTokens: return merits.tokens
        case .equalPerFinisher: return min(merits.tokens, 1)
        case .cappedTokens(let cap): return min(merits.tokens, cap)
        case .ratingWeighted:
            let rating = UInt64(min(max(merits.rating, 0), Self.maximumRating))
            return min(merits.tokens, Self.maximumRatedTokens) * rating
        case .leaveOneOut:
            return merits.tokens == 0 ? 0 : UInt64(max(merits.leaveOneOut, 0))
        }
    }

    /// The largest rating that counts, in thousandths; those that occur are around 25,000.
    private static let maximumRating: Int64 = (1 << 16) - 1
}

/// How the pool of a round is shared out; each rule is named with its version.
package enum RewardRule: Hashable, Sendable {
    /// In proportion to the verified tokens of the accepted contributions.
    case proRataVerifiedTokens
    /// The same to everybody whose contribution was accepted, as Psyche's coordinator does.
    case equalPerFinisher
    /// In proportion to the verified tokens, of which no more than `cap` count for anybody.
    case cappedTokens(cap: UInt64)

    /// The names of all rules.
    package static let names = [
        "pro-rata-verified-tokens v1", "equal-per-finisher v1", "capped-tokens v1",
    ]

    /// The name of the rule.
    package var name: String {
        switch self {
        case .proRataVerifiedTokens: Self.names[0]
        case .equalPerFinisher: Self.names[1]
        case .cappedTokens: Self.names[2]
        }
    }

    /// What the capped rule is capped at.
    package var cap: UInt64? {
        if case .cappedTokens(let cap) = self { cap } else { nil }
    }

    /// The rule of this name, or nil if there is none; the capped one, and no other, has a cap.
    package init?(named name: String, cap: UInt64? = nil) {
        switch (name, cap) {
        case (Self.names[0], nil): self = .proRataVerifiedTokens
        case (Self.names[1], nil): self = .equalPerFinisher
        case (Self.names[2], let cap?) where cap > 0: self = .cappedTokens(cap: cap)
        default: return nil
        }
    }

    static let expectation = names.map { "\"\($0)\"" }.joined(separator: " or ")

    /// The share of each accepted contribution, which come in the order of the workers' key bytes.
    ///
    /// Work of no tokens has no share under any rule.
    ///
    /// - Returns: shares that add up to the pool, or `nil` when nothing can be shared out.
    package func shares(of pool: UInt64, verifiedTokens: [UInt64]) -> [UInt64]? {
        LargestRemainder.divide(pool, by: verifiedTokens.map(weight))
    }

    /// What the tokens of a contribution count for.
    private func weight(_ tokens: UInt64) -> UInt64 {
        switch self {
        case .proRataVerifiedTokens: tokens
        case .equalPerFinisher: min(tokens, 1)
        case .cappedTokens(let cap): min(tokens, cap)
        }
    }
}

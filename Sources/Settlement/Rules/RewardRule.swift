/// How the pool of a round is shared out; each rule is named with its version.
package enum RewardRule: String, Sendable, CaseIterable {
    /// In proportion to the verified tokens of the accepted contributions.
    case proRataVerifiedTokens = "pro-rata-verified-tokens v1"

    static let expectation = allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")

    /// The share of each accepted contribution, which come in the order of the workers' key bytes.
    ///
    /// - Returns: shares that add up to the pool, or `nil` when nothing can be shared out.
    package func shares(of pool: UInt64, verifiedTokens: [UInt64]) -> [UInt64]? {
        switch self {
        case .proRataVerifiedTokens: LargestRemainder.divide(pool, by: verifiedTokens)
        }
    }
}

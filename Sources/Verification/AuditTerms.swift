import Encodings
package import Rounds

/// What a policy of audits detects, costs, and asks of stakes.
///
/// With p the share of contributions that are drawn, k of N segments replayed and b of them false,
/// an audit finds out with d = p·(1 − C(N−b, k) / C(N, k)); honesty pays exactly if
/// d·(R + σ·S) > gain, R being the reward, S the stake and σ the share of it that is lost.
package struct AuditTerms: Sendable, Equatable {
    /// The share of contributions that are drawn.
    package let share: Double
    /// Segments replayed of one that is drawn.
    package let sampled: Int
    /// Segments of a contribution.
    package let count: Int

    /// The terms of a policy for contributions of `count` segments.
    package init(_ replay: VerificationSettings.Replay, count: Int) {
        self.count = max(count, 1)
        switch replay {
        case .all: (share, sampled) = (1, self.count)
        case .sampled(let partsPerMillion, let segments):
            share = Double(partsPerMillion) * 1e-6
            sampled = min(segments ?? self.count, self.count)
        }
    }

    /// The probability that a contribution with `bad` false segments is found out.
    package func detection(bad: Int) -> Double {
        precondition((0...count).contains(bad), "\(bad) of \(count) segments")
        // C(N−b, k) / C(N, k), factor by factor; one factor is 0 where k > N − b.
        let missed = (0..<sampled).reduce(1.0) { product, index in
            product * (Double(max(0, count - bad - index)) / Double(count - index))
        }
        return share * (1 - missed)
    }

    /// What one verifier computes again, as a share of the training.
    package var cost: Double { share * Double(sampled) / Double(count) }

    /// The least stake with which gaining `gain` by `bad` false segments does not pay, for a
    /// worker who is paid `reward` and loses `slash` of the stake; none is enough if nil.
    package func stake(gain: Double, bad: Int, reward: Double, slash: Double) -> UInt64? {
        let detection = detection(bad: bad)
        guard detection * reward <= gain else { return 0 }
        guard detection > 0, slash > 0 else { return nil }
        let bound = (gain / detection - reward) / slash
        return bound < 0x1p64 ? UInt64(max(0, bound).rounded(.down)) + 1 : nil
    }

    /// The least stake with which no share of the work that is left out pays, if all of it costs
    /// `cost`: leaving out a part saves as large a part and is found out at least in proportion,
    /// so all of it is the hardest case.
    package func stakeAgainstIdling(cost: Double, reward: Double, slash: Double) -> UInt64? {
        stake(gain: cost, bad: count, reward: reward, slash: slash)
    }
}

extension AuditTerms {
    /// `value` in whole parts per million, rounded so that the terms look no better than they are.
    package static func partsPerMillion(
        _ value: Double, _ rule: FloatingPointRoundingRule
    ) -> Int64 {
        // A share of 0.2 is not one of 0.19999…: what is within a billionth is whole.
        let parts = value * 1e6
        let nearest = parts.rounded()
        return Int64(abs(parts - nearest) < 1e-3 ? nearest : parts.rounded(rule))
    }
}

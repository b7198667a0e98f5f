package import Artifacts
import Numerics

/// Ratings of workers by who did better than whom, round after round.
///
/// The Plackett–Luce model of Weng and Lin, "A Bayesian Approximation Method for Online Ranking"
/// (Journal of Machine Learning Research 12, 2011), algorithm 4, as OpenSkill publishes it, with
/// its constants: only ranks count, since gains themselves are noisy and their size is a matter of
/// the round.
package enum SkillRating {
    /// A worker whom nothing is known of.
    package static let initial = Score.Rating(mean: 25_000_000, deviation: 8_333_333)

    private static let beta = 25.0 / 6
    /// What the deviation grows by before every round, as skill may change.
    private static let drift = 25.0 / 300
    private static let kappa = 1e-4

    /// The ratings after a round with the given results, the larger the better; equal ones tie.
    package static func update(_ ratings: [Score.Rating], results: [Int64]) -> [Score.Rating] {
        precondition(ratings.count == results.count, "a result each")
        guard ratings.count > 1 else { return ratings }
        let means = ratings.map { Double($0.mean) * 1e-6 }
        let variances = ratings.map { rating in
            let deviation = Double(rating.deviation) * 1e-6
            return deviation * deviation + drift * drift
        }
        let scale = variances.reduce(0.0) { $0 + $1 + beta * beta }.squareRoot()
        // Only ratios count; taken from the largest, and not too small, none is infinite or 0 / 0.
        let largest = means.max() ?? 0
        let strengths = means.map { ElementaryFunctions.exp(max(-600, ($0 - largest) / scale)) }
        // Of each worker: the strengths of all who did no better, and how many did as well.
        let sums = results.map { own in
            zip(results, strengths).reduce(0.0) { $0 + ($1.0 <= own ? $1.1 : 0) }
        }
        let ties = results.map { own in Double(results.count { $0 == own }) }
        return ratings.indices.map { number in
            var (gain, precision) = (0.0, 0.0)
            for other in ratings.indices where results[other] >= results[number] {
                let chance = strengths[number] / sums[other]
                gain += ((other == number ? 1 : 0) - chance) / ties[other]
                precision += chance * (1 - chance) / ties[other]
            }
            let variance = variances[number]
            let weight = variance.squareRoot() / scale
            let shrinkage = 1 - weight * precision * variance / (scale * scale)
            return Score.Rating(
                mean: micro(means[number] + gain * variance / scale),
                deviation: micro((variance * max(shrinkage, kappa)).squareRoot()))
        }
    }

    private static func micro(_ value: Double) -> Int64 {
        let limit = Double(Score.maximumRating)
        return Int64(min(limit, max(-limit, (value * 1e6).rounded())))
    }
}

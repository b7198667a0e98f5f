package import Artifacts

/// Means of differences of losses, with their intervals: in micronats a token, the mean rounded to
/// the nearest, the bounds outwards.
extension Score.Interval {
    /// The mean of `differences`, in nats, one a sequence; none of fewer than two.
    ///
    /// Student's interval: the differences are paired, so what makes a sequence hard for both
    /// models drops out.
    package init?(of differences: [Double]) {
        guard differences.count >= 2 else { return nil }
        let sample = Sample(differences)
        self.init(sample.mean, squaredError: sample.squaredError, freedom: differences.count - 1)
    }

    /// By how much the mean of `left` exceeds that of `right`, in nats, which are not paired; none
    /// if either has fewer than two.
    ///
    /// Welch's interval (Biometrika 34, 1947), its degrees of freedom rounded down.
    package init?(of left: [Double], over right: [Double]) {
        guard left.count >= 2, right.count >= 2 else { return nil }
        let (one, other) = (Sample(left), Sample(right))
        let error = one.squaredError + other.squaredError
        let divisor =
            one.squaredError * one.squaredError / Double(left.count - 1)
            + other.squaredError * other.squaredError / Double(right.count - 1)
        // Never fewer, whatever the rounding.
        let least = min(left.count, right.count) - 1
        let freedom = divisor > 0 ? Int(error * error / divisor) : least
        self.init(one.mean - other.mean, squaredError: error, freedom: max(freedom, least))
    }

    private init(_ mean: Double, squaredError: Double, freedom: Int) {
        let half = StudentDistribution.quantile975(freedom) * squaredError.squareRoot()
        self.init(
            mean: Self.micronats(mean, .toNearestOrEven),
            low: Self.micronats(mean - half, .down), high: Self.micronats(mean + half, .up))
    }

    /// Losses are at most ``RoundScoring/ceiling``, so everything here is far within 64 bits.
    private static func micronats(_ nats: Double, _ rule: FloatingPointRoundingRule) -> Int64 {
        Int64((nats * 1e6).rounded(rule))
    }

    /// The mean of some numbers, and the square of its standard error.
    private struct Sample {
        let mean: Double
        let squaredError: Double

        init(_ values: [Double]) {
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
            self.mean = mean
            squaredError = squares / (count - 1) / count
        }
    }
}

/// Student's t distribution.
package enum StudentDistribution {
    /// The value that t exceeds with a probability of 0.025.
    ///
    /// Up to nine degrees of freedom from the table; beyond, the expansion 26.7.5 of Abramowitz
    /// and Stegun, which is within 0.0002 there.
    package static func quantile975(_ freedom: Int) -> Double {
        precondition(freedom > 0, "no degree of freedom")
        if freedom <= table.count { return table[freedom - 1] }
        let z = 1.959_963_984_540_054
        let square = z * z
        let first = z * (square + 1) / 4
        let second = z * ((5 * square + 16) * square + 3) / 96
        let third = z * (((3 * square + 19) * square + 17) * square - 15) / 384
        let fourth =
            z * ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92_160
        let inverse = 1 / Double(freedom)
        return z + inverse * (first + inverse * (second + inverse * (third + inverse * fourth)))
    }

    private static let table = [
        12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004,
        2.262_157,
    ]
}

/// How many standard deviations numbers are from the middle of all, by measures that less than
/// half of them cannot move: the median, and the median distance from it.
package struct RobustScore: Sendable {
    private let middle: Double
    private let deviation: Double

    /// The largest score, in thousandths.
    package static let maximum: Int64 = 1_000_000

    /// The scale of `values`, none of fewer than three; a deviation below `least` counts as that.
    ///
    /// 1.4826 median distances are one standard deviation of a normal distribution.
    package init?(_ values: [Double], least: Double) {
        guard values.count >= 3 else { return nil }
        let middle = RobustScore.median(values)
        self.middle = middle
        deviation = max(1.4826 * RobustScore.median(values.map { abs($0 - middle) }), least)
    }

    /// The score of `value` in thousandths.
    package func thousandths(_ value: Double) -> Int64 {
        let limit = Double(RobustScore.maximum)
        guard deviation > 0 else { return 0 }
        return Int64(min(limit, max(-limit, (value - middle) / deviation * 1e3)).rounded())
    }

    /// The median, the mean of both middle values of an even number.
    package static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

import Artifacts
import Scoring
import Testing

/// Means of differences and how sure they are.
@Suite("Confidence intervals")
struct IntervalTests {
    /// Percentiles of published tables, to five decimals.
    @Test(
        "have the percentiles of Student's tables",
        arguments: [
            (1, 12.70620), (4, 2.77645), (9, 2.26216), (10, 2.22814), (11, 2.20099),
            (20, 2.08596), (30, 2.04227), (60, 2.00030), (120, 1.97993), (1_000_000, 1.95996),
        ])
    func percentiles(freedom: Int, expected: Double) {
        #expect(abs(StudentDistribution.quantile975(freedom) - expected) < 2e-5)
    }

    @Test("of paired differences are Student's")
    func paired() throws {
        // Mean 3, standard error √(2.5 / 5): 3 ± 2.776445 · 0.707107.
        let interval = try #require(Score.Interval(of: [1, 2, 3, 4, 5]))
        #expect(interval == Score.Interval(mean: 3_000_000, low: 1_036_756, high: 4_963_244))
    }

    @Test("of unpaired ones are Welch's")
    func unpaired() throws {
        // Standard error √(1/3 + 100/3); 2.04… degrees of freedom count as two.
        let interval = try #require(Score.Interval(of: [11, 12, 13], over: [0, 10, 20]))
        let half = 4.302_653 * (101.0 / 3).squareRoot()
        #expect(interval.mean == 2_000_000)
        #expect(abs(Double(interval.high) - (2 + half) * 1e6) < 2)
        #expect(abs(Double(interval.low) - (2 - half) * 1e6) < 2)
    }

    @Test("need two differences")
    func few() {
        #expect(Score.Interval(of: [1]) == nil)
        #expect(Score.Interval(of: [1, 2], over: [1]) == nil)
    }

    @Test("of equal differences are a point")
    func certain() {
        let point = Score.Interval(mean: 250_000, low: 250_000, high: 250_000)
        #expect(Score.Interval(of: [0.25, 0.25, 0.25]) == point)
        #expect(Score.Interval(of: [0.5, 0.5], over: [0.25, 0.25, 0.25]) == point)
    }

    @Test("hold the true mean in 95 of 100 cases", arguments: [3, 8, 30])
    func coverage(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let trials = 4_000
        var held = 0
        for _ in 0..<trials {
            let sample = (0..<size).map { _ in 0.3 + generator.normal() }
            let interval = try #require(Score.Interval(of: sample))
            if (interval.low...interval.high).contains(300_000) { held += 1 }
        }
        // Four standard deviations of a binomial around 0.95.
        #expect(abs(Double(held) / Double(trials) - 0.95) < 4 * (0.95 * 0.05 / 4_000).squareRoot())
    }
}

import Artifacts
import Scoring
import Testing

/// Ratings by ranks; the figures are those of the Python package openskill 6.2.
@Suite("Skill ratings")
struct RatingTests {
    private static let fresh = SkillRating.initial

    @Test("move two newcomers as OpenSkill does")
    func two() {
        let rated = SkillRating.update([Self.fresh, Self.fresh], results: [10, -3])
        #expect(
            rated == [
                Score.Rating(mean: 27_635_389, deviation: 8_065_901),
                Score.Rating(mean: 22_364_611, deviation: 8_065_901),
            ])
    }

    @Test("go on from what they were")
    func four() {
        let before = [
            Score.Rating(mean: 30_000_000, deviation: 2_000_000),
            Score.Rating(mean: 20_000_000, deviation: 8_000_000), Self.fresh,
            Score.Rating(mean: 27_500_000, deviation: 1_000_000),
        ]
        let rated = SkillRating.update(before, results: [5, 40, -100, 6])
        #expect(
            rated == [
                Score.Rating(mean: 29_914_841, deviation: 1_999_856),
                Score.Rating(mean: 23_710_969, deviation: 7_906_199),
                Score.Rating(mean: 20_551_278, deviation: 7_818_000),
                Score.Rating(mean: 27_527_520, deviation: 1_003_395),
            ])
    }

    @Test("leave equal results with equal ratings")
    func ties() {
        let rated = SkillRating.update([Self.fresh, Self.fresh, Self.fresh], results: [7, 7, 1])
        #expect(rated[0] == rated[1])
        #expect(rated[0].mean > rated[2].mean)
    }

    @Test("stay within what a record holds, whatever they were")
    func extremes() {
        let limit = Score.maximumRating
        let before = [
            Score.Rating(mean: limit, deviation: limit), Score.Rating(mean: -limit, deviation: 1),
            Score.Rating(mean: limit, deviation: 1), Self.fresh,
        ]
        for results: [Int64] in [[1, 2, 3, 4], [4, 3, 2, 1], [0, 0, 0, 0]] {
            for rating in SkillRating.update(before, results: results) {
                #expect((-limit...limit).contains(rating.mean))
                #expect((1...limit).contains(rating.deviation))
            }
        }
    }

    @Test("of one who is alone stay")
    func alone() {
        #expect(SkillRating.update([Self.fresh], results: [1]) == [Self.fresh])
    }

    @Test("come to tell a good worker from a bad one")
    func convergence() {
        var ratings = [Self.fresh, Self.fresh, Self.fresh]
        for _ in 0..<30 { ratings = SkillRating.update(ratings, results: [3, 2, 1]) }
        #expect(ratings[0].ordinal > ratings[1].mean)
        #expect(ratings[1].ordinal > ratings[2].mean)
    }
}

import Artifacts
import Encodings
import Identity
import Rounds
import SampleRound
import Storage
import Testing

@Suite("What scores leave out of the merge") struct ScoreSettingsTests {
    private static func run(_ section: JSON) throws -> RunConfiguration {
        try SampleRun.run(["verification": ["replay": "all", "scores": section]])
    }

    @Test func readsTheSection() throws {
        let section: JSON = [
            "of": "all", "likeness_ppm": 150_000, "least_gain_micronats": -7,
            "least_data_use_micronats": 8, "length_milli": 4000, "direction_milli": 3000,
        ]
        #expect(
            try Self.run(section).verification.scores
                == ScoreSettings(
                    coversExact: true, likeness: 150_000, leastGain: -7, leastDataUse: 8,
                    length: 4000, direction: 3000))
        #expect(try SampleRun.run().verification.scores == nil)
    }

    @Test("tolerant work alone, or all") func covers() throws {
        let settings = try #require(Self.run(["of": "tolerant"]).verification.scores)
        #expect(settings.covers(.tolerant))
        #expect(!settings.covers(.exact))
        #expect(ScoreSettings(coversExact: true).covers(.exact))
    }

    @Test(
        "what is out of bounds is refused",
        arguments: [
            ([:], "missing field 'of'"),
            (["of": "some"], "expected tolerant, all, found \"some\""),
            (["of": "all", "likeness_ppm": 0], "an integer from 1 to 1000000, found 0"),
            (["of": "all", "length_milli": 0], "an integer from 1 to 1000000, found 0"),
            (
                ["of": "all", "least_gain_micronats": 1_000_000_001],
                "an integer from -1000000000 to 1000000000, found 1000000001"
            ),
            (["of": "all", "rating": 1], "unknown field 'rating'"),
        ] as [(JSON, String)])
    func refuses(section: JSON, reason: String) {
        let line = refusal { _ = try Self.run(section) }
        #expect(line?.hasSuffix(reason) == true, "\(line ?? "accepted")")
    }

    /// A score with a private gain and data use of 0 to 10 and a standing of 5 and −5 deviations.
    private static let score: Score = {
        let interval = Score.Interval(mean: 5, low: 0, high: 10)
        let digest = Digest(hashing: [])
        return Score(
            run: digest, round: 1, base: digest, contribution: digest,
            worker: SampleRound.keys[0].publicKey, seed: digest,
            gains: [.held: Score.Gain(sequences: 2, before: 1, gain: interval)],
            leaveOneOut: nil, dataUse: interval,
            standing: Score.Standing(norm: 5000, cosine: 0, direction: -5000), nearest: nil,
            rating: Score.Rating(mean: 1, deviation: 1), projections: digest, objections: [])
    }()

    @Test("an objection is raised where a bound is surely passed, not at it")
    func objections() {
        func objections(_ settings: ScoreSettings) -> [Score.Objection] {
            settings.objections(to: Self.score)
        }
        #expect(objections(ScoreSettings(coversExact: true)) == [])
        #expect(
            objections(
                ScoreSettings(
                    coversExact: true, leastGain: 10, leastDataUse: 10, length: 5000,
                    direction: 5000)) == [])
        #expect(
            objections(
                ScoreSettings(
                    coversExact: true, leastGain: 11, leastDataUse: 11, length: 4999,
                    direction: 4999)) == [.harm, .otherData, .length, .direction])
    }
}

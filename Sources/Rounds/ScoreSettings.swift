package import Artifacts
import Encodings

/// Which scores leave a contribution out of the merge (`verification.scores` in the run file).
///
/// What is left out is no lie and is paid like any other: scores say what work is worth to the
/// model, not whether it was done.
package struct ScoreSettings: Sendable, Equatable {
    /// Whether contributions that replay can prove are judged by scores too.
    package let coversExact: Bool
    /// From this likeness on, in parts per million, the later of two is a copy.
    package let likeness: Int64?
    /// The gain on the private slice that a contribution must not surely miss, in micronats.
    package let leastGain: Int64?
    /// The same of the gain on its own sequences over that on others.
    package let leastDataUse: Int64?
    /// The most deviations of the norm above the middle one, in thousandths.
    package let length: Int64?
    /// The most deviations of the direction from the middle one, in thousandths.
    package let direction: Int64?

    /// Settings of the given limits.
    package init(
        coversExact: Bool, likeness: Int64? = nil, leastGain: Int64? = nil,
        leastDataUse: Int64? = nil, length: Int64? = nil, direction: Int64? = nil
    ) {
        self.coversExact = coversExact
        self.likeness = likeness
        self.leastGain = leastGain
        self.leastDataUse = leastDataUse
        self.length = length
        self.direction = direction
    }

    /// The largest gain that can be asked for, in micronats: a thousand nats.
    package static let gainLimit: Int64 = 1_000_000_000
    /// The most deviations that can be allowed, in thousandths.
    package static let deviationLimit: Int64 = 1_000_000

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        coversExact = try fields.choice("of", of: ["tolerant", "all"]) == "all"
        likeness = try fields.optionalInteger("likeness_ppm", in: 1...1_000_000)
        let gains = -Self.gainLimit...Self.gainLimit
        leastGain = try fields.optionalInteger("least_gain_micronats", in: gains)
        leastDataUse = try fields.optionalInteger("least_data_use_micronats", in: gains)
        length = try fields.optionalInteger("length_milli", in: 1...Self.deviationLimit)
        direction = try fields.optionalInteger("direction_milli", in: 1...Self.deviationLimit)
        try fields.finish()
    }

    /// Whether contributions of this class are left out by scores.
    package func covers(_ arithmetic: ArithmeticClass) -> Bool {
        coversExact || arithmetic == .tolerant
    }

    /// What `score` is objected to for, but for copies, which others' scores decide.
    package func objections(to score: Score) -> [Score.Objection] {
        Score.Objection.allCases.filter { objection in
            switch objection {
            case .copy: false
            case .harm: falls(score.gains[.held]?.gain, below: leastGain)
            case .otherData: falls(score.dataUse, below: leastDataUse)
            case .length: exceeds(score.standing?.norm, length)
            case .direction: exceeds((score.standing?.direction).map { -$0 }, direction)
            }
        }
    }

    /// Whether a gain is surely less than the least.
    private func falls(_ gain: Score.Interval?, below least: Int64?) -> Bool {
        guard let gain, let least else { return false }
        return gain.high < least
    }

    private func exceeds(_ value: Int64?, _ limit: Int64?) -> Bool {
        guard let value, let limit else { return false }
        return value > limit
    }
}

package import Numerics
package import Rounds

/// Updates to one pseudo-gradient by the rule of a run; `MergeRule.Method` names the rules.
///
/// A function of the updates and the rule alone: threads, memory and the order in which files are
/// given change no bit.
package enum UpdateMerge {
    /// What a rule made of the updates.
    package struct Result {
        /// The pseudo-gradient, in layout order and in the space the updates are compressed in.
        package let pseudoGradient: FloatStorage
        /// The parts the updates had in it; nil where every element was decided by itself.
        package let combination: UpdateCombination?
    }

    /// Bytes of sent elements that rules by element hold at a time unless told otherwise.
    package static let memory = 1 << 30

    /// Merges all updates of `source`.
    package static func run(
        _ source: UpdateSource, rule: MergeRule, memory: Int = UpdateMerge.memory,
        arithmetic: Arithmetic
    ) throws -> Result {
        switch rule.method {
        case .signVote:
            return Result(
                pseudoGradient: try SignVote.merge(source, arithmetic), combination: nil)
        case .coordinateMedian:
            return try coordinates(.median, rule, source, memory, arithmetic)
        case .trimmedMean(let drop):
            return try coordinates(.trimmedMean(drop: drop), rule, source, memory, arithmetic)
        default:
            let combination = try VectorRules.combination(rule, source, arithmetic).capped(source)
            let sum = try combination.sum(
                source, over: rule.reading, leastShare: rule.leastShare, arithmetic)
            return Result(pseudoGradient: sum, combination: combination)
        }
    }

    private static func coordinates(
        _ choice: CoordinateRules.Choice, _ rule: MergeRule, _ source: UpdateSource,
        _ memory: Int, _ arithmetic: Arithmetic
    ) throws -> Result {
        let plain = source.entries.map { _ in source.tensorSizes.map { _ in 1.0 } }
        let factors = try rule.clipMultiple.map { multiple in
            try UpdateSurvey(source, sample: nil, arithmetic).clipFactors(multiple: multiple)
        }
        let rules = CoordinateRules(choice, rule, source, factors: factors ?? plain)
        return Result(
            pseudoGradient: try rules.merge(memory: memory, arithmetic), combination: nil)
    }
}

import Numerics
import Rounds

/// The rules that give every update one coefficient, from a survey of all.
enum VectorRules {
    /// The combination that `rule` makes of the updates of `source`.
    static func combination(
        _ rule: MergeRule, _ source: UpdateSource, _ arithmetic: Arithmetic
    ) throws -> UpdateCombination {
        let plain = source.tensorSizes.map { _ in 1.0 }
        let shares = source.shares(byTokens: rule.method != .mean)
        guard rule.needsSurvey else {
            return UpdateCombination(
                shares: shares, factors: source.entries.map { _ in plain })
        }
        let sample = rule.method.comparesUpdates ? ElementSample(source) : nil
        let survey = try UpdateSurvey(source, sample: sample, arithmetic)
        let factors =
            rule.clipMultiple.map { survey.clipFactors(multiple: $0) }
            ?? source.entries.map { _ in plain }
        if rule.method == .radialDirectional {
            return RadialDirectional.combination(survey, shares: shares, factors: factors)
        }
        guard rule.method.comparesUpdates else {
            return UpdateCombination(shares: shares, factors: factors)
        }
        let products = InnerProducts(
            survey.samples, factors: factors, tensorSizes: source.tensorSizes)
        let buckets = Bucketing(count: source.count, size: rule.bucket, seed: source.seed)
        let parts = buckets.parts(shares)
        let coefficients = coefficients(
            rule.method,
            rule.bucket > 1 ? products.grouped(buckets.groups, weights: parts) : products,
            shares: rule.bucket > 1 ? buckets.shares(shares) : shares)
        return UpdateCombination(
            coefficients: rule.bucket > 1
                ? buckets.spread(coefficients, parts: parts) : coefficients,
            factors: factors)
    }

    private static func coefficients(
        _ method: MergeRule.Method, _ products: InnerProducts, shares: [Double]
    ) -> [Double] {
        switch method {
        case .geometricMedian(let iterations):
            GeometricMedian.coefficients(products, shares: shares, iterations: iterations)
        case .multiKrum(let attackers, let keep):
            MultiKrum.shares(products, shares: shares, attackers: attackers, keep: keep)
        case .centeredClipping(let iterations):
            CenteredClipping.coefficients(products, shares: shares, iterations: iterations)
        case .agreement: Agreement.shares(products, shares: shares)
        default: shares
        }
    }
}

extension MergeRule {
    /// Whether the updates have to be read before it is known what becomes of them.
    var needsSurvey: Bool {
        clipMultiple != nil || method.comparesUpdates || method == .radialDirectional
    }

    /// The multiple of the median norm that each tensor is cut to.
    var clipMultiple: Double? {
        clip.map(Double.init) ?? (method == .normClipping ? 1 : nil)
    }
}

extension MergeRule.Method {
    /// Whether the rule looks at distances or angles between updates.
    var comparesUpdates: Bool {
        switch self {
        case .geometricMedian, .multiKrum, .centeredClipping, .agreement: true
        default: false
        }
    }
}

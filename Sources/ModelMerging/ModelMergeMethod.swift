/// How tensors of the same name become one; the raw value is the method's name in a recipe.
///
/// The formulas are in docs/model-merging.md.
package enum ModelMergeMethod: String, Sendable, CaseIterable {
    /// The weighted sum or mean of the models.
    case linear
    /// The point on the great circle between two models.
    case slerp
    /// The base and the weighted sum of the differences from it (Ilharco and others, 2022).
    case taskArithmetic = "task_arithmetic"
    /// Large differences only, of the sign that most of them have (Yadav and others, 2023).
    case ties
    /// A random part of the differences, made larger (Yu and others, 2023).
    case dareLinear = "dare_linear"
    /// The same, of the sign that most of them have.
    case dareTies = "dare_ties"
    /// Neither the smallest nor the largest differences (Davari and Belilovsky, 2023).
    case breadcrumbs
    /// The same, of the sign that most of them have.
    case breadcrumbsTies = "breadcrumbs_ties"
    /// The mean, drawn to the base by the angle between the models (Jang and others, 2024).
    case modelStock = "model_stock"
    /// Tensors as they are, for models put together of other models' layers.
    case passthrough

    /// Whether the models are compared with a base.
    package var needsBase: Bool { self != .linear && self != .passthrough }

    /// What may be set for the method.
    var parameters: [MergeParameter] {
        switch self {
        case .linear: [.weight]
        case .slerp: [.t]
        case .taskArithmetic: [.weight, .lambda]
        case .ties, .dareLinear, .dareTies: [.weight, .density, .lambda]
        case .breadcrumbs, .breadcrumbsTies: [.weight, .density, .gamma, .lambda]
        case .modelStock: []
        case .passthrough: [.scale]
        }
    }

    /// Whether weights are divided by their sum unless a recipe says otherwise; nil where there
    /// are no weights.
    var normalizes: Bool? {
        switch self {
        case .linear, .ties: true
        case .slerp, .modelStock, .passthrough: nil
        default: false
        }
    }

    /// Which part of a difference is kept.
    var selection: Selection {
        switch self {
        case .ties: .largest
        case .dareLinear, .dareTies: .random
        case .breadcrumbs, .breadcrumbsTies: .middle
        default: .all
        }
    }

    /// Whether only differences of the sign that prevails count.
    var electsSigns: Bool { [.ties, .dareTies, .breadcrumbsTies].contains(self) }

    /// The elements of a difference that count.
    enum Selection: Sendable {
        /// Every element.
        case all
        /// Those of the greatest magnitude.
        case largest
        /// Those left when the greatest and the least have gone.
        case middle
        /// Each with the same probability.
        case random
    }
}

/// A number that a recipe sets; the raw value is its name there.
package enum MergeParameter: String, Sendable, CaseIterable {
    /// What a model counts for.
    case weight
    /// The part of a difference that is kept.
    case density
    /// The part of a difference that is too large to be kept.
    case gamma
    /// The way from the base to the other model.
    case t
    /// What all differences together are multiplied by.
    case lambda
    /// What a tensor is multiplied by.
    case scale

    /// What it is where a recipe does not set it; nil if it must.
    var usual: Double? {
        switch self {
        case .weight, .density, .lambda, .scale: 1
        case .gamma: 0.01
        case .t: nil
        }
    }

    /// What makes a number wrong, if anything does.
    func fault(_ value: Double) -> String? {
        switch self {
        case .density where !(value > 0 && value <= 1): "a number above 0, at most 1"
        case .gamma where !(0..<1).contains(value): "a number from 0 to below 1"
        default: nil
        }
    }
}

/// How differences are enlarged for the elements that were dropped.
package enum Rescaling: String, Sendable, CaseIterable {
    /// They are not.
    case none
    /// By 1 / density, so that the expected difference stays the same.
    case density
    /// So that the sum of magnitudes stays the same.
    case l1
}

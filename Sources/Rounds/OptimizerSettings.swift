import Encodings
package import LanguageModel
package import Optimization

/// What a worker does in a round (`optimizer` in the run file).
package struct OptimizerSettings: Sendable {
    /// How a worker gets from the base to its pseudo-gradient.
    package enum Rule: Sendable, Equatable {
        /// Steps of AdamW.
        case adamW(AdamW.Settings)
        /// Steps of Muon.
        case muon(Muon.Settings)
        /// Plain steps along the gradient.
        case sgd
        /// No steps: the mean gradient of all its batches at one place.
        case gradient(GradientSettings)
    }

    /// A worker that only takes the gradient.
    package struct GradientSettings: Sendable, Equatable {
        /// Whether the pseudo-gradient is the gradient times the schedule's rate.
        package let timesRate: Bool
        /// Whether the gradient is taken where the worker's residual would lead.
        package let looksAhead: Bool
    }

    /// The rule.
    package let rule: Rule
    /// The largest global gradient norm, to which a longer gradient is scaled down; none by
    /// default, and always one where steps are AdamW's or Muon's.
    package let gradientClip: Float?
    /// The gradient norm, before clipping, beyond which training has failed; none by default.
    package let gradientNormLimit: Float?
    /// The coefficient of z-loss; 0 is none.
    package let zLoss: Float
    /// Steps over which the rate of a worker with a fresh state rises to the schedule's.
    package let joinerWarmupSteps: Int

    private static let names = ["adamw", "muon", "sgd", "gradient"]

    init(_ section: JSONFields) throws(MalformedInput) {
        var fields = section
        switch try fields.choice("name", of: OptimizerSettings.names) {
        case "adamw": rule = .adamW(try AdamW.Settings(&fields, decay: "weight_decay"))
        case "muon":
            rule = .muon(
                Muon.Settings(
                    momentum: try fields.number("momentum", in: 0...0.999_999),
                    weightDecay: try fields.number("weight_decay", in: 0...1),
                    others: try AdamW.Settings(&fields, decay: "adamw_weight_decay"),
                    othersRate: try fields.number("adamw_rate", in: 0...1000)))
        case "sgd": rule = .sgd
        default:
            rule = .gradient(
                GradientSettings(
                    timesRate: try fields.optionalBool("times_rate") ?? false,
                    looksAhead: try fields.optionalBool("look_ahead") ?? false))
        }
        let clips: ClosedRange = 1e-6...1e6
        switch rule {
        case .adamW, .muon: gradientClip = try fields.float("gradient_clip", in: clips)
        case .sgd, .gradient: gradientClip = try fields.optionalFloat("gradient_clip", in: clips)
        }
        gradientNormLimit = try fields.optionalFloat("gradient_norm_limit", in: 1e-6...1e30)
        zLoss = try fields.optionalFloat("z_loss", in: 0...1) ?? 0
        joinerWarmupSteps = Int(
            try fields.optionalInteger("joiner_warmup_steps", in: 0...stepLimit) ?? 0)
        try fields.finish()
    }
}

extension OptimizerSettings {
    /// Whether the pseudo-gradient is a sum of steps or gradients, kept in the first moment, and not
    /// a difference of weights.
    package var keepsDisplacement: Bool {
        switch rule {
        case .adamW, .muon: false
        case .sgd, .gradient: true
        }
    }

    /// Whether the gradient is taken where the worker's residual would lead.
    package var looksAhead: Bool {
        if case .gradient(let settings) = rule { settings.looksAhead } else { false }
    }
}

extension OptimizerSettings {
    /// The bytes a step needs beside weights, gradient and moments.
    package func workspace(_ layout: ParameterLayout) -> Int {
        if case .muon = rule { Muon.workspace(layout) } else { 0 }
    }
}

extension AdamW.Settings {
    /// The constants in `fields`, the weight decay in the field named `decay`.
    init(_ fields: inout JSONFields, decay: String) throws(MalformedInput) {
        self.init(
            beta1: try fields.number("beta1", in: 0...0.999_999),
            beta2: try fields.number("beta2", in: 0...0.999_999_9),
            epsilon: try fields.number("epsilon", in: 1e-12...1),
            weightDecay: try fields.number(decay, in: 0...1))
    }
}

import LanguageModel
import NumericKernels
import Optimization
package import Rounds

/// The numbers of a step that follow from the run file and the assignment.
package struct StepConstants: Sendable, Equatable {
    /// By name, in the order of the operators.
    package let values: [String: Float]

    static let names = [
        "width", "norm_epsilon", "score_scale", "z_loss", "loss_scale", "gradient_clip",
        "first_rate", "second_rate", "second_decay", "minus_step_size", "root_correction",
        "epsilon", "decay_factor", "one",
    ]

    /// The constants of a step on `predictedTokens`, which is number `optimizerStep`, from 1, since
    /// the worker's moments were zero; nil if the run's optimizer is not AdamW.
    package init?(
        _ run: RunConfiguration, predictedTokens: Int, learningRate: Float, optimizerStep: Int
    ) {
        guard case .adamW(let settings) = run.optimizer.rule,
            let clip = run.optimizer.gradientClip
        else { return nil }
        let adamW = AdamW(settings).constants(
            learningRate: Double(learningRate), step: optimizerStep, gradientScale: 1, decays: true)
        values = [
            "width": Float(run.model.hiddenSize), "norm_epsilon": run.model.normEpsilon,
            "score_scale": 1 / Float(run.model.headSize).squareRoot(),
            "z_loss": run.optimizer.zLoss, "loss_scale": 1 / Float(predictedTokens),
            "gradient_clip": clip, "first_rate": adamW.firstRate,
            "second_rate": adamW.secondRate, "second_decay": adamW.secondDecay,
            "minus_step_size": adamW.minusStepSize, "root_correction": adamW.rootCorrection,
            "epsilon": adamW.epsilon, "decay_factor": adamW.decayFactor, "one": 1,
        ]
    }
}

import LanguageModel
package import Numerics
import Optimization
package import Rounds

/// The outer optimizer: from a base and the round's pseudo-gradient G to the next weights.
///
/// Specified in docs/protocol.md. Sources: SGD and Nesterov momentum in PyTorch's form, DiLoCo
/// (arXiv 2311.08105); AdamW for synchronous data parallel; signs, DeMo (arXiv 2411.19870).
package enum OuterStep {
    /// The weights after a step, and what the optimizer keeps.
    package struct Result {
        /// The next weights.
        package let parameters: FloatStorage
        /// The momentum, or AdamW's first moment.
        package let momentum: FloatStorage?
        /// AdamW's second moment.
        package let secondMoment: FloatStorage?
    }

    /// Takes the outer step of the round after `base`, from zero moments unless `keepsMoments`; the
    /// inputs are left alone, but for a pseudo-gradient that is clipped.
    package static func apply(
        pseudoGradient: FloatStorage, to base: Checkpoint, of run: RunConfiguration,
        keepsMoments: Bool = true, arithmetic: Arithmetic
    ) -> Result {
        let parameters = base.parameters.copy()
        func moment(_ kept: FloatStorage?) -> FloatStorage {
            (keepsMoments ? kept?.copy() : nil) ?? FloatStorage(count: parameters.count)
        }
        let round = base.lineage.round + 1
        switch run.outer {
        case .sgd(let rate): descend(pseudoGradient, parameters, rate, arithmetic)
        case .nesterov(let rate, let momentum):
            guard momentum > 0 else {
                descend(pseudoGradient, parameters, rate, arithmetic)
                break
            }
            let velocity = moment(base.outerMomentum)
            let (values, gradient) = (velocity.view, pseudoGradient.view)
            arithmetic.parallelRanges(values.count, grain: grain) { range in
                for index in range {
                    values[index] = ElementaryFunctions.fused(
                        momentum, values[index], gradient[index])
                    gradient[index] = ElementaryFunctions.fused(
                        momentum, values[index], gradient[index])
                }
            }
            descend(pseudoGradient, parameters, rate, arithmetic)
            return Result(parameters: parameters, momentum: velocity, secondMoment: nil)
        case .adamW(let settings, let clip):
            let first = moment(base.outerMomentum)
            let second = moment(base.outerSecondMoment)
            let scale = clip.map {
                GradientNorm.clipScale(
                    norm: GradientNorm.globalNorm(pseudoGradient, arithmetic), maximum: $0)
            }
            AdamW(settings).step(
                parameters: .float32(parameters), gradient: pseudoGradient, firstMoment: first,
                secondMoment: second, layout: base.layout, learningRate: run.roundRate(round),
                step: round, gradientScale: scale ?? 1, arithmetic: arithmetic)
            return Result(parameters: parameters, momentum: first, secondMoment: second)
        case .sign(let weightDecay):
            let rate = run.roundRate(round)
            followSigns(of: pseudoGradient, parameters, base.layout, rate, weightDecay, arithmetic)
        }
        return Result(parameters: parameters, momentum: nil, secondMoment: nil)
    }

    /// θ ← fma(−a, G, θ).
    private static func descend(
        _ gradient: FloatStorage, _ weights: FloatStorage, _ rate: Float, _ arithmetic: Arithmetic
    ) {
        let (from, to) = (gradient.view, weights.view)
        arithmetic.parallelRanges(to.count, grain: grain) { range in
            arithmetic.addScaled(from[range], by: -rate, to: to[range])
        }
    }

    /// θ ← θ·(1 − η·λ), then less η where G is positive, plus η where it is negative.
    private static func followSigns(
        of gradient: FloatStorage, _ weights: FloatStorage, _ layout: ParameterLayout,
        _ rate: Float, _ weightDecay: Double, _ arithmetic: Arithmetic
    ) {
        let (signs, to) = (gradient.view, weights.view)
        for tensor in layout.tensors {
            let decay = tensor.decays ? Float(1 - Double(rate) * weightDecay) : 1
            arithmetic.parallelRanges(tensor.range.count, grain: grain) { part in
                for place in part {
                    let index = tensor.range.lowerBound + place
                    let (sign, decayed) = (signs[index], to[index] * decay)
                    to[index] = sign > 0 ? decayed - rate : sign < 0 ? decayed + rate : decayed
                }
            }
        }
    }

    private static let grain = 4_096
}

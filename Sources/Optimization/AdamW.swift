package import LanguageModel
package import NumericKernels
package import Numerics

/// Adam with decoupled weight decay as `torch.optim.AdamW` computes it, up to rounding.
///
/// Source: I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", 2019;
/// `docs/model.md` fixes each operation.
package struct AdamW: Sendable {
    /// What stays the same from step to step.
    package struct Settings: Sendable, Equatable {
        /// Decay of the first moment, β₁.
        package var beta1: Double
        /// Decay of the second moment, β₂.
        package var beta2: Double
        /// What is added to the root of the second moment, ε.
        package var epsilon: Double
        /// Weight decay, λ, of the tensors that decay.
        package var weightDecay: Double

        /// PyTorch's values unless told otherwise.
        package init(
            beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
            weightDecay: Double = 0.01
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.weightDecay = weightDecay
        }
    }

    /// The settings.
    package let settings: Settings

    /// AdamW with these settings.
    package init(_ settings: Settings) { self.settings = settings }

    /// Takes step `step`, counted from 1, on all parameters and moments in place.
    ///
    /// Gradients are multiplied by `gradientScale` first. All four buffers are laid out as `layout`.
    /// Parameters in bfloat16 are rounded down or up as `rounding`, attempt `step`, decides.
    package func step(
        parameters: WeightStorage, gradient: FloatStorage, firstMoment: FloatStorage,
        secondMoment: FloatStorage, layout: ParameterLayout, learningRate: Float, step: Int,
        gradientScale: Float = 1, rounding: CounterRandom? = nil, arithmetic: Arithmetic
    ) {
        self.step(
            parameters: parameters, gradient: gradient, firstMoment: firstMoment,
            secondMoment: secondMoment, tensors: layout.tensors, learningRate: learningRate,
            step: step, gradientScale: gradientScale, rounding: rounding, arithmetic: arithmetic)
    }

    /// The same on some tensors, whatever else the buffers hold.
    package func step(
        parameters: WeightStorage, gradient: FloatStorage, firstMoment: FloatStorage,
        secondMoment: FloatStorage, tensors: [ParameterTensor], learningRate: Float, step: Int,
        gradientScale: Float = 1, rounding: CounterRandom? = nil, arithmetic: Arithmetic
    ) {
        precondition(step >= 1, "steps count from 1")
        for tensor in tensors {
            let constants = constants(
                learningRate: Double(learningRate), step: step, gradientScale: gradientScale,
                decays: tensor.decays)
            let start = tensor.range.lowerBound
            arithmetic.parallelRanges(tensor.range.count, grain: 4_096) { part in
                let range = start + part.lowerBound..<start + part.upperBound
                parameters.update(range, rounding: rounding, step: step) { block, weights in
                    let others = [gradient, firstMoment, secondMoment].map { $0.view[block] }
                    update([weights] + others, constants, arithmetic)
                }
            }
        }
    }

    /// Parameters, gradients and moments of one range, on the calling thread.
    private func update(
        _ views: [FloatView], _ constants: AdamWConstants, _ arithmetic: Arithmetic
    ) {
        let kernel = unsafe arithmetic.kernels.optimizer.adamW
        unsafe withPointers(views) { p, g, m, v in
            unsafe kernel(p, g, m, v, views[0].count, constants)
        }
    }

    /// The step's constants, computed in double and rounded once each.
    package func constants(
        learningRate: Double, step: Int, gradientScale: Float, decays: Bool
    ) -> AdamWConstants {
        AdamWConstants(
            gradientScale: gradientScale,
            decayFactor: decays ? Float(1 - learningRate * settings.weightDecay) : 1,
            firstRate: Float(1 - settings.beta1), secondDecay: Float(settings.beta2),
            secondRate: Float(1 - settings.beta2),
            rootCorrection: Float((1 - power(settings.beta2, step)).squareRoot()),
            epsilon: Float(settings.epsilon),
            minusStepSize: Float(-(learningRate / (1 - power(settings.beta1, step)))))
    }
}

/// x to the n by squaring, from the lowest bit of n up: plain products in double.
func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}

/// Calls `body` with the addresses of four views.
@unsafe
private func withPointers(
    _ views: [FloatView],
    _ body: (
        UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>,
        UnsafeMutablePointer<Float>
    ) -> Void
) {
    unsafe views[0].withPointer { a in
        unsafe views[1].withPointer { b in
            unsafe views[2].withPointer { c in
                unsafe views[3].withPointer { d in unsafe body(a, b, c, d) }
            }
        }
    }
}

package import LanguageModel
package import Numerics

/// Muon: the momentum of a matrix, orthogonalised, is its step; all other tensors go by AdamW.
///
/// Source: K. Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024;
/// as the inner optimizer of DiLoCo, B. Thérien and others, "MuLoCo", 2025 (arXiv 2505.23725).
/// `docs/model.md` fixes each operation.
package struct Muon: Sendable {
    /// What stays the same from step to step.
    package struct Settings: Sendable, Equatable {
        /// Decay of the momentum, μ.
        package var momentum: Double
        /// Weight decay, λ, of the matrices.
        package var weightDecay: Double
        /// AdamW of the tensors that are not orthogonalised.
        package var others: AdamW.Settings
        /// The learning rate of those, as a fraction of the matrices'.
        package var othersRate: Double

        /// The published momentum unless told otherwise.
        package init(
            momentum: Double = 0.95, weightDecay: Double = 0, others: AdamW.Settings,
            othersRate: Double = 1
        ) {
            self.momentum = momentum
            self.weightDecay = weightDecay
            self.others = others
            self.othersRate = othersRate
        }
    }

    /// The settings.
    package let settings: Settings

    /// Muon with these settings.
    package init(_ settings: Settings) { self.settings = settings }

    /// Whether a tensor's step is orthogonalised: that of the matrices between embedding and head.
    package static func orthogonalises(_ tensor: ParameterTensor) -> Bool {
        tensor.shape.count == 2 && tensor.name.hasPrefix("model.layers.")
    }

    /// The bytes a step needs beside its buffers.
    package static func workspace(_ layout: ParameterLayout) -> Int {
        let floats = layout.tensors.filter(orthogonalises).map { tensor in
            let side = min(tensor.shape[0], tensor.shape[1])
            return 2 * tensor.range.count + 2 * side * side
        }
        return 4 * (floats.max() ?? 0)
    }

    /// Takes step `step`, counted from 1, as `AdamW.step` does; the momentum of matrices is in
    /// `firstMoment`, and their `secondMoment` stays as it is.
    package func step(
        parameters: WeightStorage, gradient: FloatStorage, firstMoment: FloatStorage,
        secondMoment: FloatStorage, layout: ParameterLayout, learningRate: Float, step: Int,
        gradientScale: Float = 1, rounding: CounterRandom? = nil, arithmetic: Arithmetic
    ) {
        AdamW(settings.others).step(
            parameters: parameters, gradient: gradient, firstMoment: firstMoment,
            secondMoment: secondMoment,
            tensors: layout.tensors.filter { !Muon.orthogonalises($0) },
            learningRate: Float(Double(learningRate) * settings.othersRate), step: step,
            gradientScale: gradientScale, rounding: rounding, arithmetic: arithmetic)
        for tensor in layout.tensors where Muon.orthogonalises(tensor) {
            let direction = direction(
                tensor, gradient.view[tensor.range], firstMoment.view[tensor.range],
                gradientScale, arithmetic)
            move(
                parameters, tensor, along: direction, learningRate: Double(learningRate),
                rounding: rounding, step: step, arithmetic)
        }
    }

    /// Brings the momentum up to date and orthogonalises what it looks ahead to.
    private func direction(
        _ tensor: ParameterTensor, _ gradient: FloatView, _ momentum: FloatView, _ scale: Float,
        _ arithmetic: Arithmetic
    ) -> FloatView {
        let ahead = FloatView(count: gradient.count)
        let (rate, decay) = (Float(1 - settings.momentum), Float(settings.momentum))
        arithmetic.parallelRanges(gradient.count, grain: 4_096) { range in
            for index in range {
                let scaled = gradient[index] * scale
                let next = ElementaryFunctions.fused(
                    rate, scaled - momentum[index], momentum[index])
                momentum[index] = next
                ahead[index] = ElementaryFunctions.fused(decay, next - scaled, scaled)
            }
        }
        return NewtonSchulz.orthogonalise(
            Matrix(ahead, rows: tensor.shape[0], columns: tensor.shape[1]), arithmetic)
    }

    /// p ← fma(−η·√max(1, rows / columns), direction, p·(1 − η·λ)).
    private func move(
        _ parameters: WeightStorage, _ tensor: ParameterTensor, along direction: FloatView,
        learningRate: Double, rounding: CounterRandom?, step: Int, _ arithmetic: Arithmetic
    ) {
        let aspect = max(1, Double(tensor.shape[0]) / Double(tensor.shape[1])).squareRoot()
        let minusStepSize = Float(-(learningRate * aspect))
        let decay = Float(1 - learningRate * settings.weightDecay)
        let start = tensor.range.lowerBound
        arithmetic.parallelRanges(tensor.range.count, grain: 4_096) { part in
            let range = start + part.lowerBound..<start + part.upperBound
            parameters.update(range, rounding: rounding, step: step) { block, weights in
                let steps = direction[block.lowerBound - start..<block.upperBound - start]
                arithmetic.scale(weights, by: decay, into: weights)
                arithmetic.addScaled(steps, by: minusStepSize, to: weights)
            }
        }
    }
}

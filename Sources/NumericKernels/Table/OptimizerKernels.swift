/// The constants of one AdamW step over one tensor; `docs/model.md` says how each is computed.
package struct AdamWConstants: Sendable {
    /// What gradients are multiplied by first: clipping.
    package var gradientScale: Float
    /// 1 − η·λ, or 1 where decay does not apply.
    package var decayFactor: Float
    /// 1 − β₁.
    package var firstRate: Float
    /// β₂.
    package var secondDecay: Float
    /// 1 − β₂.
    package var secondRate: Float
    /// √(1 − β₂ᵗ).
    package var rootCorrection: Float
    /// ε.
    package var epsilon: Float
    /// −η / (1 − β₁ᵗ).
    package var minusStepSize: Float

    /// Collects the constants.
    package init(
        gradientScale: Float, decayFactor: Float, firstRate: Float, secondDecay: Float,
        secondRate: Float, rootCorrection: Float, epsilon: Float, minusStepSize: Float
    ) {
        self.gradientScale = gradientScale
        self.decayFactor = decayFactor
        self.firstRate = firstRate
        self.secondDecay = secondDecay
        self.secondRate = secondRate
        self.rootCorrection = rootCorrection
        self.epsilon = epsilon
        self.minusStepSize = minusStepSize
    }
}

/// The elementwise kernels of optimizers.
@safe package struct OptimizerKernels: Sendable {
    /// Parameters, gradients, first and second moments, count, constants.
    package typealias AdamW =
        @Sendable (
            UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>,
            UnsafeMutablePointer<Float>, Int, AdamWConstants
        ) -> Void

    /// One step of AdamW.
    package let adamW: AdamW

    /// Collects the functions.
    package init(adamW: @escaping AdamW) {
        unsafe self.adamW = adamW
    }
}

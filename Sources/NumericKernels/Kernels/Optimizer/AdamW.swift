package import NumericKernels

extension OptimizerKernels {
    /// This set's optimizer kernels.
    package static var compiled: OptimizerKernels { unsafe OptimizerKernels(adamW: adamWStep) }
}

/// One AdamW step of `count` elements, in one pass.
///
/// h = g·scale; m ← fma(1 − β₁, h − m, m); v ← fma(1 − β₂, h·h, β₂·v); d = √v / c + ε;
/// p ← fma(−α, m / d, p·decay).
private func adamWStep(
    _ parameters: UnsafeMutablePointer<Float>, _ gradients: UnsafePointer<Float>,
    _ firstMoments: UnsafeMutablePointer<Float>, _ secondMoments: UnsafeMutablePointer<Float>,
    _ count: Int, _ constants: AdamWConstants
) {
    let scale = Lanes(repeating: constants.gradientScale)
    let decay = Lanes(repeating: constants.decayFactor)
    let firstRate = Lanes(repeating: constants.firstRate)
    let (secondDecay, secondRate) = (
        Lanes(repeating: constants.secondDecay), Lanes(repeating: constants.secondRate)
    )
    let correction = Lanes(repeating: constants.rootCorrection)
    let epsilon = Lanes(repeating: constants.epsilon)
    let minusStepSize = Lanes(repeating: constants.minusStepSize)
    forEachRun(count) { start, size in
        let h = unsafe Lanes(gradients + start, upTo: size) * scale
        let before = unsafe Lanes(firstMoments + start, upTo: size)
        let m = fused(firstRate, h - before, before)
        unsafe m.store(firstMoments + start, upTo: size)
        let v = unsafe fused(
            secondRate, h * h, secondDecay * Lanes(secondMoments + start, upTo: size))
        unsafe v.store(secondMoments + start, upTo: size)
        let p = unsafe Lanes(parameters + start, upTo: size) * decay
        let step = m / (v.root / correction + epsilon)
        unsafe fused(minusStepSize, step, p).store(parameters + start, upTo: size)
    }
}

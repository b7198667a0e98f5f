package import LanguageModel
package import Numerics

/// Sections 5, 6 and 9 of `docs/model.md`: clipping, AdamW and stochastic rounding, as plain loops.
package struct SpecifiedOptimizer {
    /// The parameters in the order of the flat buffer.
    package private(set) var parameters: [Float]
    /// m of AdamW.
    package private(set) var firstMoment: [Float]
    /// v of AdamW.
    package private(set) var secondMoment: [Float]
    private let tensors: [ParameterTensor]
    private let constants: Constants
    /// What decides which way parameters are rounded; nil in single precision.
    private let rounding: CounterRandom?

    /// β₁, β₂, ε, λ and the largest norm.
    package struct Constants {
        let beta1, beta2, epsilon, weightDecay: Double
        let largestNorm: Float

        /// The constants as a run states them.
        package init(
            beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double, largestNorm: Float
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.weightDecay = weightDecay
            self.largestNorm = largestNorm
        }
    }

    /// The beginning; with noise for `rounding`, parameters are bfloat16 numbers from here on.
    package init(
        _ parameters: [Float], _ model: ModelConfiguration, _ constants: Constants,
        rounding: CounterRandom?
    ) {
        self.parameters = rounding == nil ? parameters : parameters.map(specifiedBFloat16)
        self.constants = constants
        self.rounding = rounding
        tensors = ParameterLayout(model).tensors
        firstMoment = parameters.map { _ in 0 }
        secondMoment = firstMoment
    }

    /// Takes step t, counted from 1; gives the scale by which the gradient was clipped.
    @discardableResult
    package mutating func step(_ t: Int, gradient: [Float], learningRate: Float) -> Float {
        let clip = clipScale(gradient)
        let eta = Double(learningRate)
        let correction = Float((1 - power(constants.beta2, t)).squareRoot())
        let minusAlpha = -Float(eta / (1 - power(constants.beta1, t)))
        let (rate1, rate2) = (Float(1 - constants.beta1), Float(1 - constants.beta2))
        let (beta2, epsilon) = (Float(constants.beta2), Float(constants.epsilon))
        for tensor in tensors {
            let decay = tensor.decays ? Float(1 - eta * constants.weightDecay) : 1
            for i in tensor.range {
                let h = gradient[i] * clip
                let m = fma(rate1, h - firstMoment[i], firstMoment[i])
                let v = fma(rate2, h * h, beta2 * secondMoment[i])
                firstMoment[i] = m
                secondMoment[i] = v
                let direction = m / (v.squareRoot() / correction + epsilon)
                parameters[i] = fma(minusAlpha, direction, parameters[i] * decay)
            }
        }
        roundStochastically(t)
        return clip
    }

    private func clipScale(_ gradient: [Float]) -> Float {
        var sum = 0.0
        for start in stride(from: 0, to: gradient.count, by: 4_096) {
            let block = Array(gradient[start..<min(start + 4_096, gradient.count)])
            sum += Double(laneSum(block, block))
        }
        let scale = constants.largestNorm / (Float(sum.squareRoot()) + 1e-6)
        return scale < 1 ? scale : 1
    }

    private mutating func roundStochastically(_ t: Int) {
        guard let rounding else { return }
        for i in parameters.indices {
            let words = rounding.block(UInt64(i / 8), attempt: UInt32(truncatingIfNeeded: t))
            let word = words[i % 8 / 2]
            let noise = i % 2 == 0 ? word & 0xFFFF : word >> 16
            let x = parameters[i]
            parameters[i] =
                x.isFinite
                ? Float(bitPattern: (x.bitPattern + noise) & 0xFFFF_0000) : specifiedBFloat16(x)
        }
    }
}

/// x to the n, by squaring from the lowest bit of n.
private func power(_ x: Double, _ n: Int) -> Double {
    var (result, square) = (1.0, x)
    for bit in 0..<(Int.bitWidth - n.leadingZeroBitCount) {
        if n >> bit & 1 == 1 { result *= square }
        square *= square
    }
    return result
}

import Encodings

extension ModelConfiguration {
    /// Checks the constants of the rotation's scaling against their limits and each other.
    func checkScaling() throws(MalformedInput) {
        guard let ropeScaling else { return }
        try check("factor", ropeScaling.factor, ModelLimits.ropeFactor)
        switch ropeScaling {
        case .linear: break
        case .dynamic:
            guard headSize > 2 else {
                throw .field("head_dim", expected: "more than 2 under dynamic scaling", found: "2")
            }
        case .llama3(let scaling): try check(scaling)
        case .yarn(let scaling): try check(scaling)
        }
    }

    private func check(_ scaling: Llama3Scaling) throws(MalformedInput) {
        try check("low_freq_factor", scaling.lowFrequencyFactor, ModelLimits.ropeTurns)
        try check("high_freq_factor", scaling.highFrequencyFactor, ModelLimits.ropeTurns)
        try check(originalContextLength: scaling.originalContextLength)
        guard scaling.highFrequencyFactor > scaling.lowFrequencyFactor else {
            throw .field(
                "high_freq_factor",
                expected: "more than low_freq_factor (\(scaling.lowFrequencyFactor))",
                found: "\(scaling.highFrequencyFactor)")
        }
    }

    private func check(_ scaling: YaRNScaling) throws(MalformedInput) {
        try check("beta_fast", scaling.betaFast, ModelLimits.ropeTurns)
        try check("beta_slow", scaling.betaSlow, ModelLimits.ropeTurns)
        try check("attention_factor", scaling.attentionFactor ?? 1, ModelLimits.ropeAmplitude)
        try check("mscale", scaling.lengthWeight ?? 1, ModelLimits.ropeLengthWeight)
        try check("mscale_all_dim", scaling.lengthWeightOfAll ?? 1, ModelLimits.ropeLengthWeight)
        try check(originalContextLength: scaling.originalContextLength)
        guard scaling.betaFast > scaling.betaSlow else {
            throw .field(
                "beta_fast", expected: "more than beta_slow (\(scaling.betaSlow))",
                found: "\(scaling.betaFast)")
        }
        guard ropeTheta > 1 else {
            throw .field("rope_theta", expected: "more than 1 under yarn", found: "\(ropeTheta)")
        }
    }

    private func check(originalContextLength length: Int) throws(MalformedInput) {
        let limits = ModelLimits.contextLength
        guard limits.contains(Int64(length)) else {
            throw .field(
                "original_max_position_embeddings",
                expected: "an integer from \(limits.lowerBound) to \(limits.upperBound)",
                found: "\(length)")
        }
    }

    private func check(
        _ name: String, _ value: Double, _ limits: ClosedRange<Double>
    ) throws(MalformedInput) {
        guard limits.contains(value) else {
            throw .field(
                name, expected: "a number from \(limits.lowerBound) to \(limits.upperBound)",
                found: "\(value)")
        }
    }
}

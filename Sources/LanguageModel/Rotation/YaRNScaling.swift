import Numerics

/// YaRN: low frequencies divided, high ones kept, a ramp between, and longer queries and keys.
///
/// Source: B. Peng, J. Quesnelle, H. Fan and E. Shippole (Nous Research and others), "YaRN:
/// efficient context window extension of large language models", 2023, arXiv 2309.00071.
package struct YaRNScaling: Sendable, Equatable {
    /// What low frequencies are divided by, s.
    package var factor: Double
    /// The length the model first learned from, in tokens.
    package var originalContextLength: Int
    /// Turns within the original length from which a frequency is kept, the paper's β.
    package var betaFast = 32.0
    /// Turns within the original length up to which a frequency is divided, the paper's α.
    package var betaSlow = 1.0
    /// Whether the ends of the ramp are rounded outwards to whole pairs.
    package var truncates = true
    /// What queries and keys are multiplied by, if given; the paper's √(1/t).
    package var attentionFactor: Double?
    /// The weight of ln s in that factor, if `lengthWeightOfAll` is given too.
    package var lengthWeight: Double?
    /// The weight of ln s in what that factor is divided by, if `lengthWeight` is given too.
    package var lengthWeightOfAll: Double?

    /// The scaling with the paper's constants.
    package init(factor: Double, originalContextLength: Int) {
        self.factor = factor
        self.originalContextLength = originalContextLength
    }

    /// The same scaling by another factor.
    func with(factor: Double) -> YaRNScaling {
        var scaling = self
        scaling.factor = factor
        return scaling
    }

    /// What queries and keys are multiplied by: 0.1·ln s + 1 unless told otherwise.
    var amplitude: Double {
        if let attentionFactor { return attentionFactor }
        guard let lengthWeight, let lengthWeightOfAll, lengthWeight != 0, lengthWeightOfAll != 0
        else { return amplitude(weight: 1) }
        return amplitude(weight: lengthWeight) / amplitude(weight: lengthWeightOfAll)
    }

    private func amplitude(weight: Double) -> Double {
        factor <= 1 ? 1 : 0.1 * weight * ElementaryFunctions.log(factor) + 1
    }

    /// Plain frequencies of a head, in radians a position, scaled; `logBase` is ln θ.
    func scaled(_ frequencies: [Double], logBase: Double) -> [Double] {
        let ramp = ramp(headSize: 2 * frequencies.count, logBase: logBase)
        return frequencies.enumerated().map { pair, frequency in
            let share = min(max((Double(pair) - ramp.start) / (ramp.end - ramp.start), 0), 1)
            return frequency / factor * share + frequency * (1 - share)
        }
    }

    /// The pairs between which frequencies go over from kept to divided.
    private func ramp(headSize: Int, logBase: Double) -> (start: Double, end: Double) {
        var start = pair(turns: betaFast, headSize, logBase)
        var end = pair(turns: betaSlow, headSize, logBase)
        if truncates { (start, end) = (start.rounded(.down), end.rounded(.up)) }
        start = max(start, 0)
        end = min(end, Double(headSize - 1))
        return start == end ? (start, end + 0.001) : (start, end)
    }

    /// The pair, with a fraction, that turns this often within the original length.
    private func pair(turns: Double, _ headSize: Int, _ logBase: Double) -> Double {
        let ratio = Double(originalContextLength) / (turns * RotaryFrequencies.turn)
        return Double(headSize) * ElementaryFunctions.log(ratio) / (2 * logBase)
    }
}

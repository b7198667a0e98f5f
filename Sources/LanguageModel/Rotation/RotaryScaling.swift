/// How the rotation's frequencies are stretched for texts longer than those a model learned from.
///
/// `docs/model.md` fixes each operation; the names and defaults are those of `transformers`.
package enum RotaryScaling: Sendable, Equatable {
    /// Every frequency divided by `factor`.
    ///
    /// Source: S. Chen and others, "Extending context window of large language models via positional
    /// interpolation", 2023.
    case linear(factor: Double)
    /// A greater base for sequences longer than the context length, by how much longer they are.
    ///
    /// Source: the "NTK-aware" interpolation, section 3.1 and appendix B.3 of B. Peng and others,
    /// "YaRN", 2023.
    case dynamic(factor: Double)
    /// Low frequencies divided, high ones kept.
    case llama3(Llama3Scaling)
    /// Low frequencies divided, high ones kept, and queries and keys longer.
    case yarn(YaRNScaling)

    /// How many times longer the texts may become.
    package var factor: Double {
        switch self {
        case .linear(let factor), .dynamic(let factor): factor
        case .llama3(let scaling): scaling.factor
        case .yarn(let scaling): scaling.factor
        }
    }

    /// The name in the field `rope_type`.
    package var kind: Kind {
        switch self {
        case .linear: .linear
        case .dynamic: .dynamic
        case .llama3: .llama3
        case .yarn: .yarn
        }
    }

    /// The kinds of scaling.
    package enum Kind: String, Sendable, CaseIterable {
        case linear, dynamic, llama3, yarn
    }
}

/// The scaling of Llama 3.1 and later.
///
/// Source: A. Grattafiori and others, "The Llama 3 herd of models", 2024, and the reference code of
/// Llama 3.1.
package struct Llama3Scaling: Sendable, Equatable {
    /// What low frequencies are divided by.
    package let factor: Double
    /// Turns within the original length below which a frequency is low.
    package let lowFrequencyFactor: Double
    /// Turns within the original length above which a frequency is high.
    package let highFrequencyFactor: Double
    /// The length the model first learned from, in tokens.
    package let originalContextLength: Int

    /// The scaling with these constants.
    package init(
        factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
        originalContextLength: Int
    ) {
        self.factor = factor
        self.lowFrequencyFactor = lowFrequencyFactor
        self.highFrequencyFactor = highFrequencyFactor
        self.originalContextLength = originalContextLength
    }

    /// A frequency of the rotation, in radians a position, scaled.
    func scaled(_ frequency: Double) -> Double {
        let wavelength = RotaryFrequencies.turn / frequency
        let length = Double(originalContextLength)
        if wavelength > length / lowFrequencyFactor { return frequency / factor }
        if wavelength < length / highFrequencyFactor { return frequency }
        let kept =
            (length / wavelength - lowFrequencyFactor)
            / (highFrequencyFactor - lowFrequencyFactor)
        return (1 - kept) * (frequency / factor) + kept * frequency
    }
}

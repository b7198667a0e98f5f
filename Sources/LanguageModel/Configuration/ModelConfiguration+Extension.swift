package import Encodings

extension ModelConfiguration {
    /// The same weights' model for texts `factor` times as long as those it first learned from.
    ///
    /// A model whose rotation is scaled already is scaled anew from its original length, if that is
    /// kept and the kind the same; otherwise it is refused, for the weights have learned the first.
    package func extended(
        by kind: RotaryScaling.Kind, factor: Double
    ) throws(MalformedInput) -> ModelConfiguration {
        let scaling = try scaling(kind, factor)
        guard ModelLimits.ropeFactor.contains(factor) else {
            let limits = ModelLimits.ropeFactor
            throw .field(
                "factor", expected: "a number from \(limits.lowerBound) to \(limits.upperBound)",
                found: "\(factor)")
        }
        let original =
            switch scaling {
            case .linear, .dynamic: contextLength
            case .llama3(let scaling): scaling.originalContextLength
            case .yarn(let scaling): scaling.originalContextLength
            }
        // Dynamic scaling begins at the context length, so that stays.
        let length = kind == .dynamic ? original : Int(Double(original) * factor)
        return try ModelConfiguration(
            family: family, vocabularySize: vocabularySize, hiddenSize: hiddenSize,
            intermediateSize: intermediateSize, layerCount: layerCount, headCount: headCount,
            keyValueHeadCount: keyValueHeadCount, headSize: headSize, contextLength: length,
            normEpsilon: normEpsilon, ropeTheta: ropeTheta, ropeScaling: scaling,
            tiesEmbeddings: tiesEmbeddings)
    }

    private func scaling(
        _ kind: RotaryScaling.Kind, _ factor: Double
    ) throws(MalformedInput) -> RotaryScaling {
        switch (kind, ropeScaling) {
        case (.linear, nil): .linear(factor: factor)
        case (.dynamic, nil): .dynamic(factor: factor)
        case (.dynamic, .dynamic): .dynamic(factor: factor)
        case (.llama3, nil):
            // The turns are those of Llama 3.1.
            .llama3(
                Llama3Scaling(
                    factor: factor, lowFrequencyFactor: 1, highFrequencyFactor: 4,
                    originalContextLength: contextLength))
        case (.llama3, .llama3(let present)):
            .llama3(
                Llama3Scaling(
                    factor: factor, lowFrequencyFactor: present.lowFrequencyFactor,
                    highFrequencyFactor: present.highFrequencyFactor,
                    originalContextLength: present.originalContextLength))
        case (.yarn, nil):
            .yarn(YaRNScaling(factor: factor, originalContextLength: contextLength))
        case (.yarn, .yarn(let present)): .yarn(present.with(factor: factor))
        case (_, let present?):
            throw MalformedInput(
                "the rotation is scaled already, by \(present.kind.rawValue) "
                    + "with factor \(present.factor)", in: "config.json")
        }
    }
}

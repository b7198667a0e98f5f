import Encodings
import LanguageModel
import Numerics
import Rounds

extension ModelExport {
    /// Says how the rotation's frequencies are scaled, as far as keys can.
    ///
    /// Up to the context length, which a file states, `dynamic` scaling does nothing.
    func addScaling(to metadata: inout GGUFMetadata, architecture: String) {
        let prefix = "\(architecture).rope.scaling"
        switch checkpoint.configuration.ropeScaling {
        case nil, .dynamic, .llama3: break
        case .linear(let factor):
            metadata.add("\(prefix).type", "linear")
            metadata.add("\(prefix).factor", Float(factor))
        case .yarn(let scaling):
            metadata.add("\(prefix).type", "yarn")
            metadata.add("\(prefix).factor", Float(scaling.factor))
            metadata.add("\(prefix).original_context_length", scaling.originalContextLength)
            metadata.add("\(prefix).attn_factor", attentionFactor(scaling))
            metadata.add("\(prefix).yarn_beta_fast", Float(scaling.betaFast))
            metadata.add("\(prefix).yarn_beta_slow", Float(scaling.betaSlow))
        }
    }

    /// Refuses YaRN whose ramp is not rounded, which llama.cpp cannot be told.
    func refuseScaling() throws(MalformedInput) {
        guard case .yarn(let scaling) = checkpoint.configuration.ropeScaling, !scaling.truncates
        else { return }
        throw MalformedInput(
            "field 'truncate' of rope_scaling: false has no equal in llama.cpp", in: "config.json")
    }

    /// What the frequencies of pairs are divided by under `llama3` scaling: a tensor, not a key.
    var frequencyFactors: GGUFTensor? {
        let model = checkpoint.configuration
        guard case .llama3 = model.ropeScaling else { return nil }
        let logBase = ElementaryFunctions.log(model.ropeTheta)
        let factors = frequencies.values.enumerated().map { pair, frequency in
            let plain = ElementaryFunctions.exp(
                -logBase * (Double(2 * pair) / Double(model.headSize)))
            return Float(plain / frequency)
        }
        return GGUFTensor(
            name: "rope_freqs.weight", shape: [factors.count], format: .float32,
            values: FloatView(copying: factors))
    }

    /// Queries' and keys' factor over the one that llama.cpp applies by itself, 0.1·ln s + 1.
    private func attentionFactor(_ scaling: YaRNScaling) -> Float {
        let usual = 0.1 * ElementaryFunctions.log(scaling.factor) + 1
        return Float(frequencies.amplitude / usual)
    }

    private var frequencies: RotaryFrequencies {
        let model = checkpoint.configuration
        return RotaryFrequencies(model, length: model.contextLength)
    }
}

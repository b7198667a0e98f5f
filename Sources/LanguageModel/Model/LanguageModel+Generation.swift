package import Numerics

extension LanguageModel {
    /// `count` tokens that go on from `prompt`, each drawn from the `topK` likeliest.
    ///
    /// Temperature 0 always takes the likeliest token, of equals the lowest. The model sees at most
    /// its longest sequence of tokens, the last ones. Token i uses the uniform number i of `random`.
    package func generate(
        prompt: [UInt32], count: Int, temperature: Float, topK: Int? = nil, random: CounterRandom
    ) -> [UInt32] {
        precondition(!prompt.isEmpty && count >= 0, "a prompt has at least one token")
        var tokens = prompt
        let reader = TokenReader(self, capacity: prompt.count + count)
        for index in 0..<count {
            let logits = reader.logits(after: tokens)
            let sampler = Sampler(logits: logits, temperature: temperature, topK: topK)
            tokens.append(sampler.token(at: random.uniform(at: UInt64(index))))
        }
        return Array(tokens.dropFirst(prompt.count))
    }
}

/// Reads a growing text and keeps keys and values, so that a new token costs one row.
private final class TokenReader {
    private let model: LanguageModel
    private let activations: Activations
    private let shape: AttentionShape
    private let capacity: Int
    /// Tokens at the start of the text whose keys and values are known.
    private var known = 0
    /// What of the text's length their rotation depended on.
    private var rotaryLength: Int?

    init(_ model: LanguageModel, capacity: Int) {
        self.model = model
        let configuration = model.configuration
        self.capacity = min(capacity, configuration.longestSequence)
        shape = AttentionShape(
            sequences: 1, tokens: self.capacity, heads: configuration.headCount,
            groups: configuration.keyValueHeadCount, headSize: configuration.headSize)
        activations = Activations(
            ActivationSizes(
                configuration, shape, .generation, model.precision,
                slots: shape.slots(model.arithmetic)))
    }

    /// The logits after `text`, which begins as the text of the last call did.
    ///
    /// When the text no longer fits, its last tokens are read anew from position 0; when it has
    /// another rotation than before, all of it is.
    func logits(after text: [UInt32]) -> [Float] {
        if text.count > capacity { known = 0 }
        let window = Array(text.suffix(capacity))
        let rotaryLength = model.configuration.rotaryLength(of: window.count)
        if rotaryLength != self.rotaryLength { known = 0 }
        self.rotaryLength = rotaryLength
        let batch = TokenBatch(inputs: Array(window[known...]), model.configuration)
        var attention = shape
        attention.tokens = window.count
        attention.firstQuery = known
        model.forward(
            batch.inputs, activations,
            ForwardRun(rows: known..<window.count, shape: attention))
        known = window.count
        return model.logits(ofRow: window.count - 1, activations)
    }
}

/// Draws a token from a row of logits.
struct Sampler {
    /// The candidates, likeliest first, of equals the lowest first.
    private let candidates: [UInt32]
    /// exp((z − max z) / temperature) of each candidate.
    private let weights: [Float]

    /// Temperature 0 leaves one candidate.
    init(logits: [Float], temperature: Float, topK: Int?) {
        precondition(temperature >= 0, "temperature \(temperature)")
        let kept = temperature == 0 ? 1 : max(1, min(topK ?? logits.count, logits.count))
        let ranked = logits.indices.sorted { first, second in
            (logits[second], first) < (logits[first], second)
        }
        candidates = ranked.prefix(kept).map { UInt32($0) }
        let maximum = logits[ranked[0]]
        weights = ranked.prefix(kept).map { index in
            let distance = logits[index] - maximum
            return ElementaryFunctions.exp(temperature == 0 ? distance : distance / temperature)
        }
    }

    /// The first candidate whose running sum of weights exceeds `uniform` × the whole sum.
    ///
    /// Sums run in double, likeliest first; the last candidate catches rounding.
    func token(at uniform: Float) -> UInt32 {
        let total = weights.reduce(0.0) { $0 + Double($1) }
        var sum = 0.0
        for (candidate, weight) in zip(candidates, weights) {
            sum += Double(weight)
            if sum > Double(uniform) * total { return candidate }
        }
        return candidates[candidates.count - 1]
    }
}

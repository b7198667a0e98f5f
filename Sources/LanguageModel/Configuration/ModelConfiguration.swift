package import Encodings

/// The kind, sizes and constants of one decoder.
///
/// Every value of this type describes a model whose sizes lie within `ModelLimits` and whose
/// parameters can be counted without overflow.
package struct ModelConfiguration: Sendable, Equatable {
    /// The kind of decoder.
    package let family: ModelFamily
    /// Entries of the vocabulary, V.
    package let vocabularySize: Int
    /// Width of the residual stream, C.
    package let hiddenSize: Int
    /// Width of the feed-forward layer, F.
    package let intermediateSize: Int
    /// Decoder layers, L.
    package let layerCount: Int
    /// Query heads, H.
    package let headCount: Int
    /// Key-value heads, G; each serves H / G query heads in a row.
    package let keyValueHeadCount: Int
    /// Elements of one head, D; even.
    package let headSize: Int
    /// The length of text the model is made for, in tokens: `max_position_embeddings`.
    package let contextLength: Int
    /// The constant added to the mean square under the root of the norms.
    package let normEpsilon: Float
    /// The base of the rotation's frequencies.
    package let ropeTheta: Double
    /// How those are stretched, if at all.
    package let ropeScaling: RotaryScaling?
    /// Whether the output projection is the embedding matrix itself.
    package let tiesEmbeddings: Bool

    /// Checks every size against its limit, and the sizes against each other.
    package init(
        family: ModelFamily = .llama, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int,
        layerCount: Int,
        headCount: Int, keyValueHeadCount: Int? = nil, headSize: Int? = nil, contextLength: Int,
        normEpsilon: Float = 1e-5, ropeTheta: Double = 10_000, ropeScaling: RotaryScaling? = nil,
        tiesEmbeddings: Bool
    ) throws(MalformedInput) {
        self.family = family
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount ?? headCount
        self.headSize = headSize ?? (headCount > 0 ? hiddenSize / headCount : 0)
        self.contextLength = contextLength
        self.normEpsilon = normEpsilon
        self.ropeTheta = ropeTheta
        self.ropeScaling = ropeScaling
        self.tiesEmbeddings = tiesEmbeddings
        try checkSizes()
        try checkShape(derivesHeadSize: headSize == nil)
        try checkScaling()
        guard parameterCount != nil else {
            throw MalformedInput("the model has more than \(ModelLimits.parameterCount) parameters")
        }
    }

    private func checkSizes() throws(MalformedInput) {
        let sizes: [(String, Int, ClosedRange<Int64>)] = [
            ("vocab_size", vocabularySize, ModelLimits.vocabularySize),
            ("hidden_size", hiddenSize, ModelLimits.hiddenSize),
            ("intermediate_size", intermediateSize, ModelLimits.intermediateSize),
            ("num_hidden_layers", layerCount, ModelLimits.layerCount),
            ("num_attention_heads", headCount, ModelLimits.headCount),
            ("num_key_value_heads", keyValueHeadCount, ModelLimits.headCount),
            ("head_dim", headSize, ModelLimits.headSize),
            ("max_position_embeddings", contextLength, ModelLimits.contextLength),
        ]
        for (name, size, limits) in sizes where !limits.contains(Int64(size)) {
            throw .field(
                name, expected: "an integer from \(limits.lowerBound) to \(limits.upperBound)",
                found: "\(size)")
        }
        for (name, value, limits) in [
            ("rms_norm_eps", Double(normEpsilon), ModelLimits.normEpsilon),
            ("rope_theta", ropeTheta, ModelLimits.ropeTheta),
        ] where !limits.contains(value) {
            throw .field(
                name, expected: "a number from \(limits.lowerBound) to \(limits.upperBound)",
                found: "\(value)")
        }
    }

    private func checkShape(derivesHeadSize: Bool) throws(MalformedInput) {
        guard headCount % keyValueHeadCount == 0 else {
            throw .field(
                "num_key_value_heads", expected: "a divisor of num_attention_heads (\(headCount))",
                found: "\(keyValueHeadCount)")
        }
        guard !derivesHeadSize || hiddenSize % headCount == 0 else {
            throw .field(
                "num_attention_heads", expected: "a divisor of hidden_size (\(hiddenSize))",
                found: "\(headCount)")
        }
        guard headSize % 2 == 0 else {
            throw .field("head_dim", expected: "an even number", found: "\(headSize)")
        }
    }
}

extension ModelConfiguration {
    /// Elements of all query heads together, H·D.
    package var querySize: Int { headCount * headSize }

    /// Elements of all key heads together, G·D; the value heads are as wide.
    package var keyValueSize: Int { keyValueHeadCount * headSize }

    /// Width of the query, key and value projections side by side, (H + 2G)·D.
    package var attentionInputSize: Int { querySize + 2 * keyValueSize }

    /// Query heads that share one key-value head.
    package var headsPerGroup: Int { headCount / keyValueHeadCount }

    /// The most tokens of one sequence: what scaling was made for, where that is more than the
    /// context length.
    package var longestSequence: Int {
        let scaled =
            switch ropeScaling {
            case .dynamic(let factor): Double(contextLength) * factor
            case .yarn(let scaling): Double(scaling.originalContextLength) * scaling.factor
            default: 0.0
            }
        let limit = Int(ModelLimits.contextLength.upperBound)
        return max(contextLength, Int(min(scaled, Double(limit))))
    }

    /// Parameters of the whole model, or `nil` when they exceed `ModelLimits.parameterCount`.
    private var parameterCount: Int? {
        // No factor exceeds 2^22 after the limits on sizes, so each product of two is exact.
        let attention = (attentionInputSize + querySize) * hiddenSize
        let feedForward = 3 * intermediateSize * hiddenSize
        let vectors = 2 * hiddenSize + (family.hasAttentionBias ? attentionInputSize : 0)
        let layer = attention + feedForward + vectors
        let (layers, overflows) = layer.multipliedReportingOverflow(by: layerCount)
        guard !overflows, layers <= ModelLimits.parameterCount else { return nil }
        let embeddings = (tiesEmbeddings ? 1 : 2) * vocabularySize * hiddenSize
        let count = layers + embeddings + hiddenSize
        return count <= ModelLimits.parameterCount ? count : nil
    }
}

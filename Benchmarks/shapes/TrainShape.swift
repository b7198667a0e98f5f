package import LanguageModel

/// A decoder with tied embeddings, and the batch it trains on.
package struct TrainShape: Sendable {
    /// What it is called.
    package let name: String
    /// V, C, F, L, H, T and B.
    package let vocabulary, hidden, intermediate, layers, heads, tokens, batch: Int

    /// The four sizes compared, from 0.9 to 124 million parameters.
    package static let all = [
        TrainShape(
            name: "nano", vocabulary: 512, hidden: 128, intermediate: 352, layers: 4, heads: 4,
            tokens: 128, batch: 32),
        TrainShape(
            name: "tiny", vocabulary: 4_096, hidden: 288, intermediate: 768, layers: 6, heads: 6,
            tokens: 256, batch: 16),
        TrainShape(
            name: "small", vocabulary: 8_192, hidden: 512, intermediate: 1_376, layers: 8,
            heads: 8, tokens: 512, batch: 8),
        TrainShape(
            name: "base", vocabulary: 50_304, hidden: 768, intermediate: 2_048, layers: 12,
            heads: 12, tokens: 1_024, batch: 1),
    ]

    /// The model.
    package var configuration: ModelConfiguration {
        get throws {
            try ModelConfiguration(
                vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: intermediate,
                layerCount: layers, headCount: heads, contextLength: tokens, tiesEmbeddings: true)
        }
    }

    /// Operations of one step for each token.
    ///
    /// 6 for each weight of a product, and 6·L·C·T for attention, counted causally: half of what
    /// "PaLM" (Chowdhery and others, 2022) counts.
    package var operationsPerToken: Double {
        let layer = 4 * hidden * hidden + 3 * hidden * intermediate
        return 6 * Double(layers * layer + vocabulary * hidden) + 6
            * Double(layers * hidden * tokens)
    }

    /// This shape as an object for peers.
    package var json: String {
        """
        {"name":"\(name)","vocabulary":\(vocabulary),"hidden":\(hidden),\
        "intermediate":\(intermediate),"layers":\(layers),"heads":\(heads),"tokens":\(tokens),\
        "batch":\(batch),"operations_per_token":\(operationsPerToken)}
        """
    }
}

extension TrainShape {
    /// The shape of that name.
    package init?(named name: String) {
        guard let shape = TrainShape.all.first(where: { $0.name == name }) else { return nil }
        self = shape
    }
}

extension ModelConfiguration {
    /// Floating-point operations of one training step for each token of sequences of `tokens`.
    ///
    /// Six for each weight of a matrix product (J. Kaplan and others, "Scaling laws for neural
    /// language models", 2020), and 6·L·H·D·T for attention, half of what A. Chowdhery and others,
    /// "PaLM", 2022, count, because masked products are not computed. The lookup is no product, and
    /// what recomputation repeats is not counted.
    package func trainingOperations(tokens: Int) -> Double {
        let attention = Double(attentionInputSize + querySize) * Double(hiddenSize)
        let feedForward = 3 * Double(intermediateSize) * Double(hiddenSize)
        let head = Double(vocabularySize) * Double(hiddenSize)
        let weights = Double(layerCount) * (attention + feedForward) + head
        return 6 * weights + 6 * Double(layerCount) * Double(querySize) * Double(tokens)
    }
}

import Numerics

extension LanguageModel {
    /// Runs all layers; `activations.residuals` then ends with the last layer's output.
    func forward(_ batch: TokenBatch, _ activations: Activations) {
        embeddingForward(
            batch.inputs, embedding: tensors.embedding, into: activations.residuals[0], arithmetic)
        for layer in 0..<configuration.layerCount {
            attentionBlockForward(layer, activations)
            feedForwardBlockForward(layer, activations)
        }
    }

    /// middle = x + attention(norm(x))·Woᵀ.
    private func attentionBlockForward(_ layer: Int, _ activations: Activations) {
        let (weights, saved) = (tensors.layers[layer], activations.layers[layer])
        let shape = activations.shape
        let x = activations.residuals[layer]
        rmsNormForward(
            x, weight: weights.inputNorm, epsilon: configuration.normEpsilon,
            into: activations.normalized, reciprocals: activations.reciprocals, arithmetic)
        projectionForward(
            activations.normalized, weight: weights.attentionInput, into: saved.attentionInputs,
            arithmetic)
        rotate(
            saved.attentionInputs, heads: shape.heads + shape.groups, tokens: shape.tokens,
            by: prepareRotation(tokens: shape.tokens), arithmetic)
        attentionForward(shape, activations.attention(layer), arithmetic)
        projectionForward(
            saved.attentionOutputs, weight: weights.attentionOutput, into: saved.middle,
            arithmetic)
        addResidual(x, to: saved.middle, arithmetic)
    }

    /// The next x = middle + swiglu(norm(middle)·Wguᵀ)·Wdownᵀ.
    private func feedForwardBlockForward(_ layer: Int, _ activations: Activations) {
        let (weights, saved) = (tensors.layers[layer], activations.layers[layer])
        let next = activations.residuals[layer + 1]
        rmsNormForward(
            saved.middle, weight: weights.feedForwardNorm, epsilon: configuration.normEpsilon,
            into: activations.normalized, reciprocals: activations.reciprocals, arithmetic)
        projectionForward(
            activations.normalized, weight: weights.gateUp, into: saved.gateUp, arithmetic)
        swiGLUForward(saved.gateUp, into: activations.activated, arithmetic)
        projectionForward(
            activations.activated, weight: weights.down, into: next, arithmetic)
        addResidual(saved.middle, to: next, arithmetic)
    }

    /// The last norm, of the last layer's output.
    func normalizeLast(_ activations: Activations) {
        rmsNormForward(
            activations.residuals[configuration.layerCount], weight: tensors.finalNorm,
            epsilon: configuration.normEpsilon, into: activations.normalized,
            reciprocals: activations.reciprocals, arithmetic)
    }

    /// Losses of the tokens, computed in runs so that a batch's logits never exist at once.
    func headLosses(_ batch: TokenBatch, _ activations: Activations) -> [Float] {
        normalizeLast(activations)
        forEachLogitRun(activations) { run, logits in
            projectionForward(
                activations.normalized.rows(run), weight: tensors.head, into: logits, arithmetic)
            crossEntropy(
                logits, targets: batch.targets[run], gradientScale: nil,
                losses: activations.losses[run], arithmetic)
        }
        return activations.losses.array
    }

    /// Calls `body` with runs of tokens in order and a matrix for the logits of each.
    func forEachLogitRun(
        _ activations: Activations, _ body: (_ tokens: Range<Int>, _ logits: Matrix) -> Void
    ) {
        var start = 0
        while start < activations.rows {
            let run = start..<min(activations.rows, start + activations.logits.rows)
            body(run, activations.logits.rows(0..<run.count))
            start = run.upperBound
        }
    }
}

import Numerics

/// Which rows of the activations a forward pass computes.
struct ForwardRun {
    /// The rows; those before them are known already.
    let rows: Range<Int>
    /// The attention in which these rows are the queries.
    let shape: AttentionShape
}

extension LanguageModel {
    /// Runs all layers over a batch; the last of `activations.residuals` is then their output, and
    /// `activations.normalized` the last norm of it.
    func forward(_ batch: TokenBatch, _ activations: Activations) {
        forward(
            batch.inputs, activations,
            ForwardRun(rows: 0..<activations.rows, shape: activations.shape))
    }

    /// Runs all layers over the tokens of `run`.
    func forward(_ tokens: [UInt32], _ activations: Activations, _ run: ForwardRun) {
        embeddingForward(
            tokens, embedding: tensors.embedding, into: activations.residuals[0].rows(run.rows),
            arithmetic)
        normalizeInput(of: 0, activations, run)
        for layer in 0..<configuration.layerCount {
            let x = activations.residuals[layer]
            activations.compact?.keepInput(x, of: layer, arithmetic)
            attentionBlockForward(layer, activations, run)
            feedForwardBlockForward(layer, activations, run)
            activations.compact?.keep(activations.layers[layer], of: layer, arithmetic)
        }
    }

    /// Computes the activations of a layer again from its input.
    func recompute(_ layer: Int, _ activations: Activations) {
        let run = ForwardRun(rows: 0..<activations.rows, shape: activations.shape)
        normalizeInput(of: layer, activations, run)
        attentionBlockForward(layer, activations, run)
        gateUpForward(layer, activations, run)
    }

    /// From norm(x): middle = x + attention(norm(x))·Woᵀ, and norm(middle).
    private func attentionBlockForward(
        _ layer: Int, _ activations: Activations, _ run: ForwardRun
    ) {
        let (weights, saved) = (tensors.layers[layer], activations.layers[layer])
        let x = activations.residuals[layer].rows(run.rows)
        let inputs = saved.attentionInputs.rows(run.rows)
        let middle = saved.middle.rows(run.rows)
        let normalized = activations.normalized.rows(run.rows)
        projectionForward(normalized, weight: weights.attentionInput, into: inputs, arithmetic)
        if let bias = weights.attentionBias {
            biasForward(bias.floats, addingTo: inputs, arithmetic)
        }
        let tokens = activations.shape.tokens
        rotate(
            inputs, heads: run.shape.heads + run.shape.groups, tokens: tokens,
            by: prepareRotation(tokens: tokens, length: run.shape.tokens),
            from: run.rows.lowerBound, activations.segmentation, arithmetic)
        round(inputs)
        attentionForward(
            run.shape, activations.attention(layer), activations.segmentation, arithmetic)
        let outputs = saved.attentionOutputs.rows(run.rows)
        round(outputs)
        projectionForward(outputs, weight: weights.attentionOutput, into: middle, arithmetic)
        normalize(middle, adding: x, weights.feedForwardNorm, activations, run)
    }

    /// From norm(middle): gate and up, norm(middle)·Wgᵀ.
    private func gateUpForward(_ layer: Int, _ activations: Activations, _ run: ForwardRun) {
        let (weights, saved) = (tensors.layers[layer], activations.layers[layer])
        let normalized = activations.normalized.rows(run.rows)
        let gateUp = saved.gateUp.rows(run.rows)
        projectionForward(normalized, weight: weights.gateUp, into: gateUp, arithmetic)
        round(gateUp)
    }

    /// The next x = middle + swiglu(gate, up)·Wdᵀ, and the norm of it.
    private func feedForwardBlockForward(
        _ layer: Int, _ activations: Activations, _ run: ForwardRun
    ) {
        gateUpForward(layer, activations, run)
        let saved = activations.layers[layer]
        let next = activations.residuals[layer + 1].rows(run.rows)
        let activated = activations.activated.rows(run.rows)
        swiGLUForward(saved.gateUp.rows(run.rows), into: activated, arithmetic)
        round(activated)
        projectionForward(activated, weight: tensors.layers[layer].down, into: next, arithmetic)
        let isLast = layer + 1 == configuration.layerCount
        normalize(
            next, adding: saved.middle.rows(run.rows),
            isLast ? tensors.finalNorm : tensors.layers[layer + 1].inputNorm, activations, run)
    }

    private func normalizeInput(
        of layer: Int, _ activations: Activations, _ run: ForwardRun
    ) {
        normalize(
            activations.residuals[layer].rows(run.rows), tensors.layers[layer].inputNorm,
            activations, run)
    }

    /// The norm of `x`, to which `residual`, if there is one, is added first; its output and
    /// reciprocal roots are left in `activations`.
    ///
    /// One pass: every operation goes over some rows while they are in the cache.
    private func normalize(
        _ x: Matrix, adding residual: Matrix? = nil, _ weight: WeightView,
        _ activations: Activations, _ run: ForwardRun
    ) {
        let normalized = activations.normalized.rows(run.rows)
        let reciprocals = activations.reciprocals[run.rows]
        let (weight, epsilon) = (weight.floats, configuration.normEpsilon)
        let (arithmetic, precision) = (arithmetic, precision)
        arithmetic.forEachRowBlock(x.rows) { rows in
            if let residual {
                arithmetic.add(residual.floats(ofRows: rows), to: x.floats(ofRows: rows))
                precision.round(x.rows(rows), arithmetic)
            }
            rmsNormForward(
                x.rows(rows), weight: weight, epsilon: epsilon, into: normalized.rows(rows),
                reciprocals: reciprocals[rows], arithmetic)
            precision.round(normalized.rows(rows), arithmetic)
        }
    }

    /// A norm of all rows, for a backward pass.
    func normalize(_ x: Matrix, _ weight: WeightView, _ activations: Activations) {
        normalize(
            x, weight, activations,
            ForwardRun(rows: 0..<activations.rows, shape: activations.shape))
    }

    /// The logits of one row of those just computed.
    func logits(ofRow row: Int, _ activations: Activations) -> [Float] {
        let logits = Matrix(rows: 1, columns: configuration.vocabularySize)
        projectionForward(
            activations.normalized.rows(row..<row + 1), weight: tensors.head, into: logits,
            arithmetic)
        return logits.view.array
    }

    /// Losses of the predicted tokens, computed in runs so that a batch's logits never exist at once.
    func headLosses(_ batch: TokenBatch, _ activations: Activations) -> [Float] {
        forEachLogitRun(activations) { run, logits in
            projectionForward(
                activations.normalized.rows(run), weight: tensors.head, into: logits, arithmetic)
            crossEntropy(
                logits, targets: batch.targets[run], predictions: batch.predictions?[run],
                gradientScale: nil,
                losses: activations.losses[run], arithmetic)
        }
        return batch.predicted(activations.losses.array)
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

import Numerics

extension LanguageModel {
    /// Adds the gradients of one micro-batch, whose forward pass is in `activations`.
    func backward(
        _ batch: TokenBatch, _ activations: Activations, _ gradients: DecoderGradients,
        lossScale: Float, zLoss: Float
    ) -> [Float] {
        guard let buffers = activations.backward else {
            preconditionFailure("the forward pass was not one for training")
        }
        headBackward(
            batch, activations, buffers, gradients, lossScale: lossScale, zLoss: zLoss)
        for layer in (0..<configuration.layerCount).reversed() {
            activations.restore(layer, arithmetic)
            if activations.sizes.isRecomputed(layer) { recompute(layer, activations) }
            feedForwardBlockBackward(layer, activations, buffers, gradients.layers[layer])
            attentionBlockBackward(layer, activations, buffers, gradients.layers[layer])
        }
        addLookups(buffers.residual, tokens: batch.inputs, gradients)
        return batch.predicted(activations.losses.array)
    }

    /// Losses, and the gradients of the head, the last norm and the last layer's output.
    private func headBackward(
        _ batch: TokenBatch, _ activations: Activations, _ buffers: BackwardBuffers,
        _ gradients: DecoderGradients, lossScale: Float, zLoss: Float
    ) {
        forEachLogitRun(activations) { run, logits in
            let normalized = activations.normalized.rows(run)
            projectionForward(normalized, weight: tensors.head, into: logits, arithmetic)
            crossEntropy(
                logits, targets: batch.targets[run], predictions: batch.predictions?[run],
                gradientScale: lossScale, zLoss: zLoss, losses: activations.losses[run], arithmetic)
            projectionBackward(
                logits, normalized, weight: tensors.head, into: buffers.normalized.rows(run),
                weightGradient: gradients.head, arithmetic)
        }
        buffers.residual.view.fill(0)
        rmsNormBackward(
            buffers.normalized, activations.residuals[configuration.layerCount],
            weight: tensors.finalNorm.floats, reciprocals: activations.reciprocals,
            addingTo: buffers.residual, weightGradient: gradients.finalNorm, arithmetic)
    }

    /// From the gradient of the block's output to that of its input, both in `buffers.residual`.
    private func feedForwardBlockBackward(
        _ layer: Int, _ activations: Activations, _ buffers: BackwardBuffers,
        _ gradients: LayerTensors<FloatView>
    ) {
        let (weights, saved) = (tensors.layers[layer], activations.layers[layer])
        arithmetic.product(
            buffers.residual, weights.down, into: buffers.activated, accumulate: false)
        swiGLUBackward(
            buffers.activated, gateUp: saved.gateUp, into: activations.activated, arithmetic)
        round(activations.activated)
        arithmetic.product(
            buffers.residual.transpose, activations.activated, into: gradients.down,
            accumulate: true)
        normalize(saved.middle, weights.feedForwardNorm, activations)
        projectionBackward(
            saved.gateUp, activations.normalized, weight: weights.gateUp,
            into: buffers.normalized, weightGradient: gradients.gateUp, arithmetic)
        rmsNormBackward(
            buffers.normalized, saved.middle, weight: weights.feedForwardNorm.floats,
            reciprocals: activations.reciprocals, addingTo: buffers.residual,
            weightGradient: gradients.feedForwardNorm, arithmetic)
    }

    /// The same for the block of attention.
    private func attentionBlockBackward(
        _ layer: Int, _ activations: Activations, _ buffers: BackwardBuffers,
        _ gradients: LayerTensors<FloatView>
    ) {
        let (weights, saved) = (tensors.layers[layer], activations.layers[layer])
        let (shape, x) = (activations.shape, activations.residuals[layer])
        projectionBackward(
            buffers.residual, saved.attentionOutputs, weight: weights.attentionOutput,
            into: buffers.attentionOutputs, weightGradient: gradients.attentionOutput, arithmetic)
        attentionBackward(
            shape, activations.attention(layer), activations.segmentation,
            outputGradients: buffers.attentionOutputs,
            into: buffers.attentionInputs, arithmetic)
        rotate(
            buffers.attentionInputs, heads: shape.heads + shape.groups, tokens: shape.tokens,
            by: prepareRotation(tokens: shape.tokens, length: shape.tokens), backward: true,
            activations.segmentation, arithmetic)
        if let bias = gradients.attentionBias {
            biasBackward(buffers.attentionInputs, biasGradient: bias, arithmetic)
        }
        normalize(x, weights.inputNorm, activations)
        projectionBackward(
            buffers.attentionInputs, activations.normalized, weight: weights.attentionInput,
            into: buffers.normalized, weightGradient: gradients.attentionInput, arithmetic)
        rmsNormBackward(
            buffers.normalized, x, weight: weights.inputNorm.floats,
            reciprocals: activations.reciprocals,
            addingTo: buffers.residual, weightGradient: gradients.inputNorm, arithmetic)
    }
}

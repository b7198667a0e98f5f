package import Numerics

/// A decoder over one flat buffer of parameters, which the caller may change between calls.
///
/// Every result is a function of the parameters and the tokens alone: not of threads, instruction
/// sets or micro-batches. `docs/model.md` fixes each operation and its order.
package final class LanguageModel {
    /// The sizes.
    package let configuration: ModelConfiguration
    /// Where each tensor lies in `parameters`.
    package let layout: ParameterLayout
    /// All parameters.
    package let parameters: FloatStorage
    /// What everything is computed with.
    package let arithmetic: Arithmetic
    let tensors: DecoderTensors
    private var rotation: RotaryTable?
    private var activations: Activations?
    private var buffers: BackwardBuffers?
    /// Gradient of the embedding lookup until the step ends, when the head shares the matrix.
    private var lookupGradient: FloatStorage?

    /// A model of `configuration` with `parameters` laid out as its `ParameterLayout` says.
    package init(
        configuration: ModelConfiguration, parameters: FloatStorage, arithmetic: Arithmetic
    ) {
        self.configuration = configuration
        self.parameters = parameters
        self.arithmetic = arithmetic
        layout = ParameterLayout(configuration)
        precondition(parameters.count == layout.count, "parameters do not fit the model")
        tensors = DecoderTensors(configuration, in: parameters)
    }

    /// Adds the gradients of `lossScale` × the sum of the tokens' losses; gives those losses.
    ///
    /// Each sequence holds T + 1 tokens, of which the last T are predicted; all tokens must be
    /// below the vocabulary's size. `lossScale` is 1 / (predicted tokens of the whole step), and
    /// `microBatch` how many sequences are in memory at once. A step's sequences may also come in
    /// several calls, in order: then only the last one `endsStep`. Neither changes a bit.
    package func accumulateGradients(
        of sequences: [[UInt32]], into gradient: FloatStorage, lossScale: Float,
        microBatch: Int, endsStep: Bool = true
    ) -> [Float] {
        precondition(gradient.count == layout.count, "gradients do not fit the model")
        let gradients = DecoderTensors(configuration, in: gradient)
        let lookup = prepareLookupGradient(gradients)
        var losses: [Float] = []
        for batch in TokenBatch.batches(of: sequences, size: microBatch, configuration) {
            let activations = prepareActivations(for: batch, keepsLayers: true)
            let buffers = prepareBuffers(rows: activations.rows)
            forward(batch, activations)
            losses += backward(
                batch, activations, buffers, gradients, lookup: lookup, lossScale: lossScale)
        }
        if endsStep { endStep(gradients) }
        return losses
    }

    /// Forgets the calls since the last that ended a step, for a step that will not be ended.
    package func abandonStep() { lookupGradient?.view.fill(0) }

    /// The loss of each predicted token in order, in nats; sequences as for gradients.
    package func losses(of sequences: [[UInt32]], microBatch: Int = 8) -> [Float] {
        TokenBatch.batches(of: sequences, size: microBatch, configuration).flatMap { batch in
            let activations = prepareActivations(for: batch, keepsLayers: false)
            forward(batch, activations)
            return headLosses(batch, activations)
        }
    }

    /// The logits after each of `tokens`, `[T, V]`.
    package func logits(of tokens: [UInt32]) -> Matrix {
        let batch = TokenBatch(inputs: tokens, targets: [], sequences: 1, configuration)
        let activations = prepareActivations(for: batch, keepsLayers: false)
        forward(batch, activations)
        normalizeLast(activations)
        let logits = Matrix(rows: tokens.count, columns: configuration.vocabularySize)
        projectionForward(activations.normalized, weight: tensors.head, into: logits, arithmetic)
        return logits
    }
}

extension LanguageModel {
    /// The rotation's table for at least `tokens` positions, in sequences of `length` tokens.
    func prepareRotation(tokens: Int, length: Int) -> RotaryTable {
        if let rotation, rotation.positions >= tokens,
            rotation.length == configuration.rotaryLength(of: length)
        {
            return rotation
        }
        let table = RotaryTable(configuration, positions: tokens, length: length)
        rotation = table
        return table
    }

    /// Memory for a batch: the last call's, if the shape is the same.
    private func prepareActivations(for batch: TokenBatch, keepsLayers: Bool) -> Activations {
        let shape = batch.attentionShape(configuration)
        if let activations, activations.shape == shape,
            activations.keepsLayers || !keepsLayers
        {
            return activations
        }
        activations = nil
        let fresh = Activations(
            configuration, shape, keepsLayers: keepsLayers, slots: shape.slots(arithmetic))
        activations = fresh
        return fresh
    }

    private func prepareBuffers(rows: Int) -> BackwardBuffers {
        if let buffers, buffers.residual.rows == rows { return buffers }
        let fresh = BackwardBuffers(configuration, rows: rows)
        buffers = fresh
        return fresh
    }

    /// Where lookups add to: apart from the head's gradient while the step lasts.
    private func prepareLookupGradient(_ gradients: DecoderTensors) -> Matrix {
        guard configuration.tiesEmbeddings else { return gradients.embedding }
        let (V, C) = (configuration.vocabularySize, configuration.hiddenSize)
        let storage = lookupGradient ?? FloatStorage(count: V * C)
        lookupGradient = storage
        return Matrix(storage.view, rows: V, columns: C)
    }

    /// Adds the lookups' gradients to the head's and clears them.
    private func endStep(_ gradients: DecoderTensors) {
        guard let lookupGradient else { return }
        let lookup = prepareLookupGradient(gradients)
        addResidual(lookup, to: gradients.embedding, arithmetic)
        lookupGradient.view.fill(0)
    }
}

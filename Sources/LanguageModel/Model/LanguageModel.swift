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
    package let parameters: WeightStorage
    /// What everything is computed with.
    package let arithmetic: Arithmetic
    let tensors: DecoderWeights
    private var rotation: RotaryTable?
    private var activations: Activations?
    /// Gradient of the embedding lookup until the step ends, when the head shares the matrix.
    private let lookupGradient: LookupGradient?

    /// A model of `configuration` with `parameters` laid out as its `ParameterLayout` says.
    package init(
        configuration: ModelConfiguration, parameters: WeightStorage, arithmetic: Arithmetic
    ) {
        self.configuration = configuration
        self.parameters = parameters
        self.arithmetic = arithmetic
        layout = ParameterLayout(configuration)
        precondition(parameters.count == layout.count, "parameters do not fit the model")
        tensors = DecoderWeights(configuration, in: parameters.view)
        lookupGradient = configuration.tiesEmbeddings ? LookupGradient(configuration) : nil
    }

    /// Adds the gradients of `lossScale` × the sum of the tokens' losses; gives those losses.
    ///
    /// Only predicted tokens have losses, and all tokens must be below the vocabulary's size.
    /// `lossScale` is 1 / (predicted tokens of the whole step), and `plan` says what is in memory at
    /// once. A step's sequences may also come in several calls,
    /// in order: then only the last one `endsStep`. Neither changes a bit.
    ///
    /// With `zLoss` c the gradients are those of loss + c·(ln Σ exp z)²; the losses stay the same.
    package func accumulateGradients(
        of sequences: [TokenSequence], into gradient: FloatStorage, lossScale: Float,
        zLoss: Float = 0, plan: ActivationPlan, endsStep: Bool = true
    ) -> [Float] {
        precondition(gradient.count == layout.count, "gradients do not fit the model")
        let gradients = DecoderGradients(configuration, in: gradient.view)
        lookupGradient?.reserve(tokens: sequences.reduce(0) { $0 + $1.inputs.count })
        var losses: [Float] = []
        for batch in TokenBatch.batches(of: sequences, size: plan.microBatch, configuration) {
            let activations = prepareActivations(
                for: batch, .training(keptLayers: plan.keptLayers), logitRows: plan.logitRows)
            forward(batch, activations)
            losses += backward(batch, activations, gradients, lossScale: lossScale, zLoss: zLoss)
        }
        if endsStep { lookupGradient?.endStep(gradients.embedding, arithmetic) }
        return losses
    }

    /// The same, keeping every layer's activations of `microBatch` sequences.
    package func accumulateGradients(
        of sequences: [TokenSequence], into gradient: FloatStorage, lossScale: Float,
        zLoss: Float = 0, microBatch: Int, endsStep: Bool = true
    ) -> [Float] {
        accumulateGradients(
            of: sequences, into: gradient, lossScale: lossScale, zLoss: zLoss,
            plan: ActivationPlan(microBatch: microBatch), endsStep: endsStep)
    }

    /// Forgets the calls since the last that ended a step, for a step that will not be ended.
    package func abandonStep() { lookupGradient?.abandon() }

    /// Gives back the memory kept between calls.
    package func releaseMemory() { activations = nil }

    /// The loss of each predicted token in order, in nats; sequences as for gradients.
    package func losses(of sequences: [TokenSequence], microBatch: Int = 8) -> [Float] {
        TokenBatch.batches(of: sequences, size: microBatch, configuration).flatMap { batch in
            let activations = prepareActivations(for: batch, .losses)
            forward(batch, activations)
            return headLosses(batch, activations)
        }
    }

    /// The logits after each of `tokens`, `[T, V]`.
    package func logits(of tokens: [UInt32]) -> Matrix {
        let batch = TokenBatch(inputs: tokens, configuration)
        let activations = prepareActivations(for: batch, .losses)
        forward(batch, activations)
        let logits = Matrix(rows: tokens.count, columns: configuration.vocabularySize)
        projectionForward(activations.normalized, weight: tensors.head, into: logits, arithmetic)
        return logits
    }
}

extension LanguageModel {
    /// What weights and activations are rounded to.
    package var precision: Precision {
        switch parameters {
        case .float32: .float32
        case .bfloat16: .bfloat16
        }
    }

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

    /// Memory for a batch: the last call's, if it serves.
    private func prepareActivations(
        for batch: TokenBatch, _ purpose: ForwardPurpose, logitRows: Int? = nil
    ) -> Activations {
        let shape = batch.attentionShape(configuration)
        let sizes = ActivationSizes(
            configuration, shape, purpose, precision, logitRows: logitRows,
            slots: shape.slots(arithmetic))
        let serves = activations.map {
            $0.sizes == sizes || purpose == .losses && $0.shape == shape
        }
        if serves != true {
            // The old memory goes before the new is taken.
            activations = nil
        }
        let prepared = activations ?? Activations(sizes)
        prepared.segmentation = batch.segmentation
        activations = prepared
        return prepared
    }

    /// Rounds an activation that later operations read to the model's precision.
    func round(_ x: Matrix) { precision.round(x, arithmetic) }

    /// Adds the lookups' gradients: apart from the head's gradient while the step lasts.
    func addLookups(_ dx: Matrix, tokens: [UInt32], _ gradients: DecoderGradients) {
        if let lookupGradient {
            lookupGradient.add(dx, tokens: tokens, arithmetic)
        } else {
            embeddingBackward(dx, tokens: tokens, gradient: gradients.embedding, arithmetic)
        }
    }
}

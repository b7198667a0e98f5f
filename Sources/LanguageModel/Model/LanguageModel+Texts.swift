package import Numerics

/// Sequences of one text each, of which all tokens but the first are predicted.
extension LanguageModel {
    /// Adds gradients, keeping every layer's activations of `microBatch` sequences.
    package func accumulateGradients(
        of sequences: [[UInt32]], into gradient: FloatStorage, lossScale: Float,
        zLoss: Float = 0, microBatch: Int, endsStep: Bool = true
    ) -> [Float] {
        accumulateGradients(
            of: sequences.map { TokenSequence($0) }, into: gradient, lossScale: lossScale,
            zLoss: zLoss, plan: ActivationPlan(microBatch: microBatch), endsStep: endsStep)
    }

    /// The loss of each predicted token in order, in nats.
    package func losses(of sequences: [[UInt32]], microBatch: Int = 8) -> [Float] {
        losses(of: sequences.map { TokenSequence($0) }, microBatch: microBatch)
    }
}

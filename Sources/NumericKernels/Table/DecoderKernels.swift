/// The row kernels of a LLaMA decoder, forward and backward; `docs/model.md` fixes each operation.
@safe package struct DecoderKernels: Sendable {
    /// x, weight, ε, rows, C, y, reciprocal roots `[rows]`.
    package typealias Normalize =
        @Sendable (
            UnsafePointer<Float>, UnsafePointer<Float>, Float, Int, Int,
            UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
        ) -> Void
    /// dy, x, weight, reciprocal roots, rows, C, dx (added to).
    package typealias NormalizeBackward =
        @Sendable (
            UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
            UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>
        ) -> Void
    /// dy, x, reciprocal roots, rows, C, columns, dw (added to).
    package typealias NormWeightGradient =
        @Sendable (
            UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, Int, Int, Int,
            UnsafeMutablePointer<Float>
        ) -> Void
    /// x in place, row stride, rows, heads, D, cosines, sines, first row, tokens, direction ±1.
    package typealias Rotate =
        @Sendable (
            UnsafeMutablePointer<Float>, Int, Int, Int, Int, UnsafePointer<Float>,
            UnsafePointer<Float>, Int, Int, Float
        ) -> Void
    /// Gate and up `[rows, 2F]`, rows, F, activations.
    package typealias Gate =
        @Sendable (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void
    /// Gradient of the activations, rows, F, gate and up in place, activations.
    package typealias GateBackward =
        @Sendable (
            UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>,
            UnsafeMutablePointer<Float>
        ) -> Void
    /// Logits in place, rows, V, targets, whether to differentiate, scale, z-loss, losses.
    package typealias CrossEntropy =
        @Sendable (
            UnsafeMutablePointer<Float>, Int, Int, UnsafePointer<UInt32>, Bool, Float, Float,
            UnsafeMutablePointer<Float>
        ) -> Void
    /// dx, tokens, rows, C, columns, gradient of the embedding.
    package typealias AddEmbeddingRows =
        @Sendable (
            UnsafePointer<Float>, UnsafePointer<UInt32>, Int, Int, Int,
            UnsafeMutablePointer<Float>
        ) -> Void

    /// RMSNorm.
    package let normalize: Normalize
    /// RMSNorm's gradient with respect to its input.
    package let normalizeBackward: NormalizeBackward
    /// RMSNorm's gradient with respect to its weights.
    package let normWeightGradient: NormWeightGradient
    /// Rotary position embedding and its inverse.
    package let rotate: Rotate
    /// Causal attention of one key-value head's group.
    package let attention: @Sendable (AttentionGroup) -> Void
    /// The gradients of that.
    package let attentionBackward: @Sendable (AttentionGroup, AttentionGradients) -> Void
    /// SwiGLU.
    package let gate: Gate
    /// SwiGLU's gradients.
    package let gateBackward: GateBackward
    /// Softmax, cross-entropy and, if asked, the gradients of the logits.
    package let crossEntropy: CrossEntropy
    /// The gradient of the embedding lookup.
    package let addEmbeddingRows: AddEmbeddingRows

    /// Collects the functions.
    package init(
        normalize: @escaping Normalize, normalizeBackward: @escaping NormalizeBackward,
        normWeightGradient: @escaping NormWeightGradient, rotate: @escaping Rotate,
        attention: @escaping @Sendable (AttentionGroup) -> Void,
        attentionBackward: @escaping @Sendable (AttentionGroup, AttentionGradients) -> Void,
        gate: @escaping Gate, gateBackward: @escaping GateBackward,
        crossEntropy: @escaping CrossEntropy, addEmbeddingRows: @escaping AddEmbeddingRows
    ) {
        unsafe self.normalize = normalize
        unsafe self.normalizeBackward = normalizeBackward
        unsafe self.normWeightGradient = normWeightGradient
        unsafe self.rotate = rotate
        self.attention = attention
        self.attentionBackward = attentionBackward
        unsafe self.gate = gate
        unsafe self.gateBackward = gateBackward
        unsafe self.crossEntropy = crossEntropy
        unsafe self.addEmbeddingRows = addEmbeddingRows
    }
}

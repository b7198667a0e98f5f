package import NumericKernels

extension DecoderKernels {
    /// This set's decoder kernels.
    package static var compiled: DecoderKernels {
        unsafe DecoderKernels(
            normalize: normalizeRows, normalizeBackward: normalizeRowsBackward,
            normWeightGradient: normWeightGradientRows, rotate: rotateRows,
            attention: attentionGroupForward, attentionBackward: attentionGroupBackward,
            gate: gateRows, gateBackward: gateRowsBackward,
            crossEntropy: crossEntropyRows, addEmbeddingRows: embeddingRowsBackward)
    }
}

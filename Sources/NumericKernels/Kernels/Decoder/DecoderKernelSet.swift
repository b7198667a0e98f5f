package import NumericKernels

extension DecoderKernels {
    /// This set's decoder kernels.
    package static var compiled: DecoderKernels {
        unsafe DecoderKernels(
            normalize: normalizeRows, normalizeBackward: normalizeRowsBackward,
            normWeightGradient: normWeightGradient, rotate: rotateRows,
            attention: attentionForward, attentionBackward: attentionBackward,
            gate: gateRows, gateBackward: gateRowsBackward,
            crossEntropy: crossEntropyRows, addEmbeddingRows: addEmbeddingRows)
    }
}

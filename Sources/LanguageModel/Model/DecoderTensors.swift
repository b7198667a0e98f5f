import Numerics

/// One layer's tensors in a flat buffer of parameters, or of their gradients.
struct LayerTensors {
    /// Weights of the norm before attention, `[C]`.
    let inputNorm: FloatView
    /// Query, key and value projections, `[(H + 2G)·D, C]`.
    let attentionInput: Matrix
    /// Biases of those projections, `[(H + 2G)·D]`, if the model has them.
    let attentionBias: FloatView?
    /// Output projection of attention, `[C, H·D]`.
    let attentionOutput: Matrix
    /// Weights of the norm before the feed-forward layer, `[C]`.
    let feedForwardNorm: FloatView
    /// Gate and up projections, `[2F, C]`.
    let gateUp: Matrix
    /// Down projection, `[C, F]`.
    let down: Matrix
}

/// Every tensor of a decoder in a flat buffer laid out as `ParameterLayout` says.
struct DecoderTensors {
    /// Embedding, `[V, C]`.
    let embedding: Matrix
    /// The layers, in order.
    let layers: [LayerTensors]
    /// Weights of the last norm, `[C]`.
    let finalNorm: FloatView
    /// Output projection `[V, C]`, the embedding when tied.
    let head: Matrix

    init(_ model: ModelConfiguration, in storage: FloatStorage) {
        var reader = TensorReader(rest: storage.view)
        let (C, F) = (model.hiddenSize, model.intermediateSize)
        embedding = reader.matrix(model.vocabularySize, C)
        layers = (0..<model.layerCount).map { _ in
            LayerTensors(
                inputNorm: reader.vector(C),
                attentionInput: reader.matrix(model.attentionInputSize, C),
                attentionBias: model.family.hasAttentionBias
                    ? reader.vector(model.attentionInputSize) : nil,
                attentionOutput: reader.matrix(C, model.querySize),
                feedForwardNorm: reader.vector(C),
                gateUp: reader.matrix(2 * F, C),
                down: reader.matrix(C, F))
        }
        finalNorm = reader.vector(C)
        head = model.tiesEmbeddings ? embedding : reader.matrix(model.vocabularySize, C)
        precondition(reader.rest.count == 0, "the buffer is larger than the model")
    }
}

/// Takes tensors off the front of a buffer.
private struct TensorReader {
    var rest: FloatView

    mutating func vector(_ count: Int) -> FloatView {
        defer { rest = rest[count..<rest.count] }
        return rest[0..<count]
    }

    mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
        Matrix(vector(rows * columns), rows: rows, columns: columns)
    }
}

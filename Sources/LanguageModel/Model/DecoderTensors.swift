import Numerics

/// A flat buffer that is cut into vectors and matrices.
protocol TensorBuffer {
    associatedtype Grid
    var count: Int { get }
    subscript(part: Range<Int>) -> Self { get }
    func grid(rows: Int, columns: Int) -> Grid
}

extension WeightView: TensorBuffer {
    func grid(rows: Int, columns: Int) -> WeightMatrix {
        WeightMatrix(self, rows: rows, columns: columns)
    }
}

extension FloatView: TensorBuffer {
    func grid(rows: Int, columns: Int) -> Matrix { Matrix(self, rows: rows, columns: columns) }
}

/// One layer's weights, or their gradients.
struct LayerTensors<Vector: TensorBuffer> {
    /// Weights of the norm before attention, `[C]`.
    let inputNorm: Vector
    /// Query, key and value projections, `[(H + 2G)·D, C]`.
    let attentionInput: Vector.Grid
    /// Biases of those projections, `[(H + 2G)·D]`, if the model has them.
    let attentionBias: Vector?
    /// Output projection of attention, `[C, H·D]`.
    let attentionOutput: Vector.Grid
    /// Weights of the norm before the feed-forward layer, `[C]`.
    let feedForwardNorm: Vector
    /// Gate and up projections, `[2F, C]`.
    let gateUp: Vector.Grid
    /// Down projection, `[C, F]`.
    let down: Vector.Grid
}

/// Every tensor of a decoder in a flat buffer laid out as `ParameterLayout` says.
struct DecoderTensors<Vector: TensorBuffer> {
    /// Embedding, `[V, C]`.
    let embedding: Vector.Grid
    /// The layers, in order.
    let layers: [LayerTensors<Vector>]
    /// Weights of the last norm, `[C]`.
    let finalNorm: Vector
    /// Output projection `[V, C]`, the embedding when tied.
    let head: Vector.Grid

    init(_ model: ModelConfiguration, in buffer: Vector) {
        var reader = TensorReader(rest: buffer)
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
private struct TensorReader<Vector: TensorBuffer> {
    var rest: Vector

    mutating func vector(_ count: Int) -> Vector {
        defer { rest = rest[count..<rest.count] }
        return rest[0..<count]
    }

    mutating func matrix(_ rows: Int, _ columns: Int) -> Vector.Grid {
        vector(rows * columns).grid(rows: rows, columns: columns)
    }
}

/// What a model reads.
typealias DecoderWeights = DecoderTensors<WeightView>

/// What a backward pass adds to.
typealias DecoderGradients = DecoderTensors<FloatView>

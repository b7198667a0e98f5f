import Numerics

/// What the forward pass of one layer leaves for its backward pass.
struct LayerActivations {
    /// Queries, keys and values side by side, rotated, `[N, (H + 2G)·D]`.
    let attentionInputs: Matrix
    /// Attention's outputs, `[N, H·D]`.
    let attentionOutputs: Matrix
    /// Row maxima and reciprocal sums of the softmaxes, `[B, H, 2, T]`.
    let statistics: FloatView
    /// The residual stream between attention and the feed-forward layer, `[N, C]`.
    let middle: Matrix
    /// Gate and up projections side by side, `[N, 2F]`.
    let gateUp: Matrix

    init(_ model: ModelConfiguration, _ shape: AttentionShape) {
        let N = shape.sequences * shape.tokens
        attentionInputs = Matrix(rows: N, columns: model.attentionInputSize)
        attentionOutputs = Matrix(rows: N, columns: model.querySize)
        statistics = FloatView(count: shape.statisticsCount)
        middle = Matrix(rows: N, columns: model.hiddenSize)
        gateUp = Matrix(rows: N, columns: 2 * model.intermediateSize)
    }
}

/// The memory of a forward pass over B sequences of T tokens, N = B·T; kept between calls.
final class Activations {
    let shape: AttentionShape
    /// Whether every layer has its own buffers, as a backward pass needs.
    let keepsLayers: Bool
    /// The residual stream before each layer and after the last, `[N, C]` each.
    let residuals: [Matrix]
    let layers: [LayerActivations]
    /// A norm's output, `[N, C]`, of whichever norm was last.
    let normalized: Matrix
    /// The reciprocal roots of that norm, `[N]`.
    let reciprocals: FloatView
    /// SwiGLU's output, `[N, F]`.
    let activated: Matrix
    /// Attention's working memory.
    let scratch: FloatView
    /// Logits of a run of tokens, `[chunk, V]`.
    let logits: Matrix
    /// Loss of each token, `[N]`.
    let losses: FloatView

    init(_ model: ModelConfiguration, _ shape: AttentionShape, keepsLayers: Bool, slots: Int) {
        self.shape = shape
        self.keepsLayers = keepsLayers
        let (N, L) = (shape.sequences * shape.tokens, model.layerCount)
        let fresh = (0..<(keepsLayers ? L + 1 : 1)).map { _ in
            Matrix(rows: N, columns: model.hiddenSize)
        }
        residuals = (0...L).map { fresh[min($0, fresh.count - 1)] }
        let buffers = (0..<(keepsLayers ? L : 1)).map { _ in LayerActivations(model, shape) }
        layers = (0..<L).map { buffers[min($0, buffers.count - 1)] }
        normalized = Matrix(rows: N, columns: model.hiddenSize)
        reciprocals = FloatView(count: N)
        activated = Matrix(rows: N, columns: model.intermediateSize)
        scratch = FloatView(count: slots * shape.scratchCount)
        logits = Matrix(
            rows: min(N, Self.logitRows(model.vocabularySize)), columns: model.vocabularySize)
        losses = FloatView(count: N)
    }

    var rows: Int { shape.sequences * shape.tokens }

    func attention(_ layer: Int) -> AttentionBuffers {
        AttentionBuffers(
            inputs: layers[layer].attentionInputs, outputs: layers[layer].attentionOutputs,
            statistics: layers[layer].statistics, scratch: scratch)
    }

    /// Tokens whose logits exist at once: about 8 MiB of them, from 256 to 1,024 tokens.
    private static func logitRows(_ V: Int) -> Int { max(256, min(1_024, (1 << 21) / V)) }
}

/// The memory only a backward pass needs.
final class BackwardBuffers {
    /// Gradient of the residual stream, `[N, C]`.
    let residual: Matrix
    /// Gradient of a norm's output, `[N, C]`.
    let normalized: Matrix
    /// Gradient of queries, keys and values, `[N, (H + 2G)·D]`.
    let attentionInputs: Matrix
    /// Gradient of attention's outputs, `[N, H·D]`.
    let attentionOutputs: Matrix
    /// Gradient of SwiGLU's output, `[N, F]`.
    let activated: Matrix

    init(_ model: ModelConfiguration, rows: Int) {
        residual = Matrix(rows: rows, columns: model.hiddenSize)
        normalized = Matrix(rows: rows, columns: model.hiddenSize)
        attentionInputs = Matrix(rows: rows, columns: model.attentionInputSize)
        attentionOutputs = Matrix(rows: rows, columns: model.querySize)
        activated = Matrix(rows: rows, columns: model.intermediateSize)
    }
}

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

    /// All but the statistics.
    var matrices: [Matrix] { [attentionInputs, attentionOutputs, middle, gateUp] }

    init(_ sizes: ActivationSizes) {
        let N = sizes.rows
        attentionInputs = Matrix(rows: N, columns: sizes.attentionInput)
        attentionOutputs = Matrix(rows: N, columns: sizes.shape.outputSize)
        statistics = FloatView(count: sizes.shape.statisticsCount)
        middle = Matrix(rows: N, columns: sizes.hidden)
        gateUp = Matrix(rows: N, columns: 2 * sizes.intermediate)
    }
}

/// The memory of a pass over B sequences of T tokens, N = B·T; kept between calls.
final class Activations {
    let sizes: ActivationSizes
    /// The residual stream before each layer and after the last, `[N, C]` each.
    let residuals: [Matrix]
    /// Layers whose activations are not kept share those of the first that are.
    let layers: [LayerActivations]
    /// A norm's output, `[N, C]`, of whichever norm was last.
    let normalized: Matrix
    /// The reciprocal roots of that norm, `[N]`.
    let reciprocals: FloatView
    /// SwiGLU's output, `[N, F]`; in the workspace.
    let activated: Matrix
    /// Attention's working memory; in the workspace.
    let scratch: FloatView
    /// Logits of a run of tokens, `[chunk, V]`; in the workspace.
    let logits: Matrix
    /// Loss of each token, `[N]`.
    let losses: FloatView
    /// What only a backward pass needs.
    let backward: BackwardBuffers?
    /// What layers leave for their backward pass, if that is kept as bfloat16.
    let compact: CompactActivations?
    /// Where attention begins anew in the sequences that are now in the memory.
    var segmentation: Segmentation?

    init(_ sizes: ActivationSizes) {
        self.sizes = sizes
        let (N, C, F) = (sizes.rows, sizes.hidden, sizes.intermediate)
        let streams = (0..<sizes.residualBuffers).map { _ in Matrix(rows: N, columns: C) }
        residuals = (0...sizes.layers).map { streams[min($0, streams.count - 1)] }
        let buffers = (0..<sizes.layerBuffers).map { _ in LayerActivations(sizes) }
        layers = (0..<sizes.layers).map { buffers[sizes.buffer(of: $0)] }
        normalized = Matrix(rows: N, columns: C)
        reciprocals = FloatView(count: N)
        losses = FloatView(count: N)
        let workspace = FloatView(count: sizes.workspace)
        activated = Matrix(workspace[0..<N * F], rows: N, columns: F)
        scratch = workspace[0..<sizes.attentionScratch]
        let V = sizes.vocabulary
        logits = Matrix(workspace[0..<sizes.logitRows * V], rows: sizes.logitRows, columns: V)
        backward = sizes.trains ? BackwardBuffers(sizes, workspace) : nil
        compact = sizes.isCompact ? CompactActivations(sizes) : nil
    }

    var shape: AttentionShape { sizes.shape }
    var rows: Int { sizes.rows }

    /// Brings back the input of a layer and, unless they must be computed again, what it left.
    func restore(_ layer: Int, _ arithmetic: Arithmetic) {
        compact?.restoreInput(of: layer, to: residuals[layer], arithmetic)
        compact?.restore(layer, to: layers[layer], arithmetic)
    }

    func attention(_ layer: Int) -> AttentionBuffers {
        AttentionBuffers(
            inputs: layers[layer].attentionInputs, outputs: layers[layer].attentionOutputs,
            statistics: layers[layer].statistics, scratch: scratch)
    }
}

/// The memory only a backward pass needs.
struct BackwardBuffers {
    /// Gradient of the residual stream, `[N, C]`.
    let residual: Matrix
    /// Gradient of a norm's output, `[N, C]`.
    let normalized: Matrix
    /// Gradient of queries, keys and values, `[N, (H + 2G)·D]`; in the workspace, behind
    /// attention's working memory.
    let attentionInputs: Matrix
    /// Gradient of attention's outputs, `[N, H·D]`; in the workspace, behind those.
    let attentionOutputs: Matrix
    /// Gradient of SwiGLU's output, `[N, F]`; in the workspace, behind that output.
    let activated: Matrix

    init(_ sizes: ActivationSizes, _ workspace: FloatView) {
        let (N, C, F) = (sizes.rows, sizes.hidden, sizes.intermediate)
        residual = Matrix(rows: N, columns: C)
        normalized = Matrix(rows: N, columns: C)
        func matrix(from start: Int, columns: Int) -> Matrix {
            Matrix(workspace[start..<start + N * columns], rows: N, columns: columns)
        }
        let inputs = sizes.attentionScratch.roundedUpToLines
        attentionInputs = matrix(from: inputs, columns: sizes.attentionInput)
        let outputs = inputs + (N * sizes.attentionInput).roundedUpToLines
        attentionOutputs = matrix(from: outputs, columns: sizes.shape.outputSize)
        activated = matrix(from: (N * F).roundedUpToLines, columns: F)
    }
}

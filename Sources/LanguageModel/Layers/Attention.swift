import NumericKernels
import Numerics

/// The shape of causal attention with grouped queries.
struct AttentionShape: Sendable, Equatable {
    /// Sequences, B.
    var sequences: Int
    /// Tokens of each sequence, T.
    var tokens: Int
    /// Query heads, H.
    var heads: Int
    /// Key-value heads, G.
    var groups: Int
    /// Elements of a head, D.
    var headSize: Int
    /// The first query to compute; earlier outputs stay as they are.
    var firstQuery = 0

    /// Query heads of one group.
    var headsPerGroup: Int { heads / groups }
    /// Width of queries, keys and values side by side.
    var inputSize: Int { (heads + 2 * groups) * headSize }
    /// Width of the outputs.
    var outputSize: Int { heads * headSize }
    /// What scores are multiplied by: 1 / √D, the root and the quotient each rounded.
    var scale: Float { 1 / Float(headSize).squareRoot() }
    /// Elements of row maxima and reciprocal sums, `[B, H, 2, T]`.
    var statisticsCount: Int { sequences * heads * 2 * tokens }
    /// Elements of working memory for one group.
    var scratchCount: Int {
        AttentionGroup.scratchCount(tokens: tokens, headSize: headSize)
    }

    /// How many pieces the groups are cut into; each has its own working memory.
    func slots(_ arithmetic: Arithmetic) -> Int {
        min(sequences * groups, 4 * arithmetic.threads)
    }
}

/// The matrices attention works on.
struct AttentionBuffers {
    /// Queries, keys and values side by side, `[B·T, (H + 2G)·D]`, queries and keys rotated.
    var inputs: Matrix
    /// Outputs `[B·T, H·D]`.
    var outputs: Matrix
    /// Row maxima and reciprocal sums, `[B, H, 2, T]`.
    var statistics: FloatView
    /// Working memory for every slot.
    var scratch: FloatView
}

/// Attention of every sequence and group, in parallel over those.
func attentionForward(
    _ shape: AttentionShape, _ buffers: AttentionBuffers, _ arithmetic: Arithmetic
) {
    let attention = arithmetic.kernels.decoder.attention
    forEachGroup(shape, arithmetic) { sequence, group, slot in
        unsafe withGroup(shape, buffers, sequence, group, slot) { attention($0) }
    }
}

/// Gradients of queries, keys and values, laid out as these, from those of the outputs.
func attentionBackward(
    _ shape: AttentionShape, _ buffers: AttentionBuffers, outputGradients: Matrix,
    into inputGradients: Matrix, _ arithmetic: Arithmetic
) {
    let attentionBackward = arithmetic.kernels.decoder.attentionBackward
    forEachGroup(shape, arithmetic) { sequence, group, slot in
        let columns = Columns(shape, group: group)
        let row = sequence * shape.tokens
        unsafe withPointers(outputGradients.view, inputGradients.view) { from, to in
            let to = unsafe to + row * shape.inputSize
            let gradients = unsafe AttentionGradients(
                outputs: from + row * shape.outputSize + columns.queries,
                queries: to + columns.queries, keys: to + columns.keys,
                values: to + columns.values)
            unsafe withGroup(shape, buffers, sequence, group, slot) {
                attentionBackward($0, gradients)
            }
        }
    }
}

/// Where a group's heads start in a row of queries, keys and values.
private struct Columns {
    let queries: Int
    let keys: Int
    let values: Int

    init(_ shape: AttentionShape, group: Int) {
        queries = group * shape.headsPerGroup * shape.headSize
        keys = (shape.heads + group) * shape.headSize
        values = (shape.heads + shape.groups + group) * shape.headSize
    }
}

private func forEachGroup(
    _ shape: AttentionShape, _ arithmetic: Arithmetic,
    _ body: @Sendable (_ sequence: Int, _ group: Int, _ slot: Int) -> Void
) {
    let units = shape.sequences * shape.groups
    let slots = shape.slots(arithmetic)
    arithmetic.parallelFor(slots) { slot in
        for unit in units * slot / slots..<units * (slot + 1) / slots {
            body(unit / shape.groups, unit % shape.groups, slot)
        }
    }
}

/// Calls `body` with the kernel's description of one group.
@unsafe
private func withGroup(
    _ shape: AttentionShape, _ buffers: AttentionBuffers, _ sequence: Int, _ group: Int,
    _ slot: Int, _ body: (AttentionGroup) -> Void
) {
    let columns = Columns(shape, group: group)
    let head = sequence * shape.heads + group * shape.headsPerGroup
    let scratch = buffers.scratch[slot * shape.scratchCount..<(slot + 1) * shape.scratchCount]
    unsafe withPointers(buffers.inputs.view, buffers.outputs.view, buffers.statistics, scratch) {
        inputs, outputs, statistics, scratch in
        let inputs = unsafe inputs + sequence * shape.tokens * shape.inputSize
        let outputs = unsafe outputs + sequence * shape.tokens * shape.outputSize
        var group = unsafe AttentionGroup(
            tokens: shape.tokens, heads: shape.headsPerGroup, headSize: shape.headSize,
            scale: shape.scale, queries: inputs + columns.queries, keys: inputs + columns.keys,
            values: inputs + columns.values, inputStride: shape.inputSize,
            outputs: outputs + columns.queries, outputStride: shape.outputSize,
            statistics: statistics + head * 2 * shape.tokens, scratch: scratch)
        group.firstQuery = shape.firstQuery
        body(group)
    }
}

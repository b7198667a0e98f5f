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

/// Attention of every sequence and group, in parallel over those; each run of a segmentation is as
/// a sequence of its own.
func attentionForward(
    _ shape: AttentionShape, _ buffers: AttentionBuffers, _ segmentation: Segmentation?,
    _ arithmetic: Arithmetic
) {
    let attention = arithmetic.kernels.decoder.attention
    forEachPart(shape, segmentation, arithmetic) { part, slot in
        unsafe withGroup(shape, buffers, part, slot) { attention($0) }
    }
}

/// Gradients of queries, keys and values, laid out as these, from those of the outputs.
func attentionBackward(
    _ shape: AttentionShape, _ buffers: AttentionBuffers, _ segmentation: Segmentation?,
    outputGradients: Matrix, into inputGradients: Matrix, _ arithmetic: Arithmetic
) {
    let attentionBackward = arithmetic.kernels.decoder.attentionBackward
    forEachPart(shape, segmentation, arithmetic) { part, slot in
        let columns = Columns(shape, group: part.group)
        let row = part.firstRow(shape)
        unsafe withPointers(outputGradients.view, inputGradients.view) { from, to in
            let to = unsafe to + row * shape.inputSize
            let gradients = unsafe AttentionGradients(
                outputs: from + row * shape.outputSize + columns.queries,
                queries: to + columns.queries, keys: to + columns.keys,
                values: to + columns.values)
            unsafe withGroup(shape, buffers, part, slot) {
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

/// What one call of a kernel computes: one group's attention over some tokens of a sequence.
private struct AttentionPart {
    let sequence: Int
    let group: Int
    /// The tokens in view.
    let tokens: Range<Int>

    /// The first of the tokens in a batch.
    func firstRow(_ shape: AttentionShape) -> Int {
        sequence * shape.tokens + tokens.lowerBound
    }
}

private func forEachPart(
    _ shape: AttentionShape, _ segmentation: Segmentation?, _ arithmetic: Arithmetic,
    _ body: @Sendable (_ part: AttentionPart, _ slot: Int) -> Void
) {
    let units = shape.sequences * shape.groups
    let slots = shape.slots(arithmetic)
    arithmetic.parallelFor(slots) { slot in
        for unit in units * slot / slots..<units * (slot + 1) / slots {
            let (sequence, group) = unit.quotientAndRemainder(dividingBy: shape.groups)
            for tokens in segmentation?.runs[sequence] ?? [0..<shape.tokens] {
                body(AttentionPart(sequence: sequence, group: group, tokens: tokens), slot)
            }
        }
    }
}

/// Calls `body` with the kernel's description of one part.
@unsafe
private func withGroup(
    _ shape: AttentionShape, _ buffers: AttentionBuffers, _ part: AttentionPart,
    _ slot: Int, _ body: (AttentionGroup) -> Void
) {
    let columns = Columns(shape, group: part.group)
    let row = part.firstRow(shape)
    let head = part.sequence * shape.heads + part.group * shape.headsPerGroup
    // A group's statistics are those of its parts, one after another.
    let before = 2 * (head * shape.tokens + shape.headsPerGroup * part.tokens.lowerBound)
    let scratch = buffers.scratch[slot * shape.scratchCount..<(slot + 1) * shape.scratchCount]
    unsafe withPointers(buffers.inputs.view, buffers.outputs.view, buffers.statistics, scratch) {
        inputs, outputs, statistics, scratch in
        let inputs = unsafe inputs + row * shape.inputSize
        let outputs = unsafe outputs + row * shape.outputSize
        var group = unsafe AttentionGroup(
            tokens: part.tokens.count, heads: shape.headsPerGroup, headSize: shape.headSize,
            scale: shape.scale, queries: inputs + columns.queries, keys: inputs + columns.keys,
            values: inputs + columns.values, inputStride: shape.inputSize,
            outputs: outputs + columns.queries, outputStride: shape.outputSize,
            statistics: statistics + before, scratch: scratch)
        group.firstQuery = shape.firstQuery
        body(group)
    }
}

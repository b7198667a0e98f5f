/// The query heads of one sequence that share a key-value head, as the attention kernels see them.
///
/// Queries, keys and values lie in the same rows, `inputStride` apart; the pointers are those of
/// the first token's first element of the group. Heads of the group are neighbours.
@safe package struct AttentionGroup {
    /// Tokens in view, T: keys and values `0..<tokens`.
    package var tokens: Int
    /// The first query to compute, 0 unless earlier outputs are known already.
    package var firstQuery = 0
    /// Query heads of the group.
    package var heads: Int
    /// Elements of a head, D.
    package var headSize: Int
    /// What scores are multiplied by, 1/√D.
    package var scale: Float
    /// Query heads, `[T, heads·D]`, rotated.
    package var queries: UnsafePointer<Float>
    /// The group's key head, `[T, D]`, rotated.
    package var keys: UnsafePointer<Float>
    /// The group's value head, `[T, D]`.
    package var values: UnsafePointer<Float>
    /// Elements from one row of queries, keys, values and their gradients to the next.
    package var inputStride: Int
    /// Outputs, `[T, heads·D]`.
    package var outputs: UnsafeMutablePointer<Float>
    /// Elements from one row of outputs, and of their gradients, to the next.
    package var outputStride: Int
    /// Row maximum and reciprocal row sum of every softmax, `[heads, 2, T]`.
    package var statistics: UnsafeMutablePointer<Float>
    /// Working memory of `scratchCount` elements, aligned to a cache line, for this call alone.
    package var scratch: UnsafeMutablePointer<Float>

    /// Describes one group.
    package init(
        tokens: Int, heads: Int, headSize: Int, scale: Float,
        queries: UnsafePointer<Float>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>,
        inputStride: Int, outputs: UnsafeMutablePointer<Float>, outputStride: Int,
        statistics: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        self.tokens = tokens
        self.heads = heads
        self.headSize = headSize
        self.scale = scale
        unsafe self.queries = queries
        unsafe self.keys = keys
        unsafe self.values = values
        self.inputStride = inputStride
        unsafe self.outputs = outputs
        self.outputStride = outputStride
        unsafe self.statistics = statistics
        unsafe self.scratch = scratch
    }

    /// Queries the backward pass takes at once.
    package static let queryBlock = 48

    /// Elements of working memory one call needs, forward or backward.
    package static func scratchCount(tokens: Int, headSize: Int) -> Int {
        let (T, D) = (tokens.roundedUpToVectors, headSize.roundedUpToVectors)
        return 2 * T * D + 5 * T * D + 2 * queryBlock * T + queryBlock * D + T
    }
}

extension Int {
    /// The next multiple of sixteen, the kernels' vector.
    package var roundedUpToVectors: Int { (self + 15) & ~15 }
}

/// Where the gradients of one attention group come from and go to, laid out as their values are.
@safe package struct AttentionGradients {
    /// Gradient of the outputs.
    package var outputs: UnsafePointer<Float>
    /// Gradient of the query heads.
    package var queries: UnsafeMutablePointer<Float>
    /// Gradient of the key head.
    package var keys: UnsafeMutablePointer<Float>
    /// Gradient of the value head.
    package var values: UnsafeMutablePointer<Float>

    /// Describes the gradients of one group.
    package init(
        outputs: UnsafePointer<Float>, queries: UnsafeMutablePointer<Float>,
        keys: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>
    ) {
        unsafe self.outputs = outputs
        unsafe self.queries = queries
        unsafe self.keys = keys
        unsafe self.values = values
    }
}

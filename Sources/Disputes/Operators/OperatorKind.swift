/// What an operator of a step computes; the raw value names it in traces (docs/formats/dispute.md).
package enum OperatorKind: String, CaseIterable, Sendable {
    // What a step begins with.
    /// A pure function of the run file, the assignment and the data.
    case source
    /// A buffer's tensor, of the opening state.
    case state

    // Element by element; an input of one row or one column serves all rows or columns.
    case add
    case subtract
    case multiply
    case multiplyAdd = "multiply-add"
    case reciprocal
    case exponential
    case reciprocalRoot = "reciprocal-root"
    case divide
    case gate
    case gateGradient = "gate-gradient"
    case upGradient = "up-gradient"
    case normGradient = "norm-gradient"
    case scoreGradient = "score-gradient"
    case zLossReciprocal = "z-loss-reciprocal"
    case clipScale = "clip-scale"
    case firstMoment = "first-moment"
    case secondMoment = "second-moment"
    case descent

    // Chains and reductions.
    /// Rows of one matrix times rows of another.
    case chain
    /// Row i of one matrix times row i of another.
    case pairedChain = "paired-chain"
    /// Row i added up in order.
    case sumInOrder = "sum-in-order"
    /// The 64 lanes of a reduction.
    case laneMaximum = "lane-maximum"
    case laneSum = "lane-sum"
    case laneProduct = "lane-product"
    /// The lanes joined.
    case joinedMaximum = "joined-maximum"
    case joinedSum = "joined-sum"
    /// The double root of a sum of block sums.
    case norm

    // Movements.
    case transpose
    case flatten
    case lookup
    case lookupGradient = "lookup-gradient"

    // Attention and the head.
    case rotation
    case scores
    case scoreSensitivity = "score-sensitivity"
    case attention
    case keyGradient = "key-gradient"
    case headProduct = "head-product"
    case loss
    case logitGradient = "logit-gradient"

    // Compression.
    case largest
}

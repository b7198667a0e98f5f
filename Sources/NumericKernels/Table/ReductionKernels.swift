/// Reductions of a row in the fixed shape of 64 lanes and pairwise halving; `docs/arithmetic.md`, 3.
@safe package struct ReductionKernels: Sendable {
    /// One vector and its count.
    package typealias Reduce = @Sendable (UnsafePointer<Float>, Int) -> Float
    /// Two vectors of one count.
    package typealias ReducePair =
        @Sendable (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Float

    /// The sum.
    package let sum: Reduce
    /// The sum of squares.
    package let sumOfSquares: Reduce
    /// The greatest element, −∞ of none; a NaN never wins.
    package let maximum: Reduce
    /// The sum of products.
    package let dot: ReducePair

    /// Collects the functions.
    package init(
        sum: @escaping Reduce, sumOfSquares: @escaping Reduce, maximum: @escaping Reduce,
        dot: @escaping ReducePair
    ) {
        unsafe self.sum = sum
        unsafe self.sumOfSquares = sumOfSquares
        unsafe self.maximum = maximum
        unsafe self.dot = dot
    }
}

internal import NumericKernels

extension Arithmetic {
    /// The floats of one block of a long sum.
    package static let normBlock = 4_096

    /// The sum of squares of a long vector, on all threads.
    ///
    /// Each block of 4,096 floats is summed in 64 lanes; the blocks' sums are added in order in
    /// double.
    package func blockSumOfSquares(_ x: FloatView) -> Double {
        let block = Arithmetic.normBlock
        let count = (x.count + block - 1) / block
        let sums = FloatView(count: count)
        parallelRanges(count, grain: 64) { range in
            for index in range {
                sums[index] = sumOfSquares(x[index * block..<min((index + 1) * block, x.count)])
            }
        }
        return sums.array.reduce(0.0) { $0 + Double($1) }
    }

    /// The Euclidean norm of a long vector: the root of `blockSumOfSquares` in double, rounded.
    package func norm(_ x: FloatView) -> Float { Float(blockSumOfSquares(x).squareRoot()) }
}

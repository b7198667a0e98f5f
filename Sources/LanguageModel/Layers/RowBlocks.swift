import NumericKernels
import Numerics

extension Arithmetic {
    /// Calls `body` with consecutive ranges that cover `0..<rows`, in parallel.
    func forEachRowBlock(_ rows: Int, _ body: @Sendable (Range<Int>) -> Void) {
        parallelRanges(rows, grain: 8, body)
    }

    /// Calls `body` with ranges of whole vectors that cover `0..<columns`, in parallel.
    func forEachColumnBlock(_ columns: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let width = 16
        parallelRanges(columns.roundedUpToVectors / width, grain: 2) { vectors in
            body(vectors.lowerBound * width..<min(columns, vectors.upperBound * width))
        }
    }
}

extension Matrix {
    /// The floats of rows `range` of a matrix whose rows are neighbours.
    func floats(ofRows range: Range<Int>) -> FloatView {
        view[range.lowerBound * columns..<range.upperBound * columns]
    }
}

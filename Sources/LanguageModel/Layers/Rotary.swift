import NumericKernels
import Numerics

/// Rotates the first `heads` heads of each row of `x` `[B·T, …]` in place, or back.
///
/// Positions count from 0 in each run of `segmentation`, else in each sequence from `position`.
func rotate(
    _ x: Matrix, heads: Int, tokens: Int, by table: RotaryTable, backward: Bool = false,
    from position: Int = 0, _ segmentation: Segmentation?, _ arithmetic: Arithmetic
) {
    let rotateRows = unsafe arithmetic.kernels.decoder.rotate
    let direction: Float = backward ? -1 : 1
    arithmetic.forEachRowBlock(x.rows) { rows in
        unsafe withPointers(x.floats(ofRows: rows), table.cosines, table.sines) {
            x_, cosines, sines in
            let rotate = { (run: Range<Int>, position: Int) in
                let first = unsafe x_ + (run.lowerBound - rows.lowerBound) * x.columns
                unsafe rotateRows(
                    first, x.columns, run.count, heads, table.headSize, cosines, sines, position,
                    tokens, direction)
            }
            if let segmentation {
                segmentation.forEachRun(in: rows, rotate)
            } else {
                rotate(rows, rows.lowerBound + position)
            }
        }
    }
}

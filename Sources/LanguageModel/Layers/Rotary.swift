import NumericKernels
import Numerics

/// Rotates the first `heads` heads of each row of `x` `[B·T, …]` in place, or back.
func rotate(
    _ x: Matrix, heads: Int, tokens: Int, by table: RotaryTable, backward: Bool = false,
    from position: Int = 0, _ arithmetic: Arithmetic
) {
    let rotateRows = unsafe arithmetic.kernels.decoder.rotate
    let direction: Float = backward ? -1 : 1
    arithmetic.forEachRowBlock(x.rows) { rows in
        unsafe withPointers(x.floats(ofRows: rows), table.cosines, table.sines) {
            x_, cosines, sines in
            unsafe rotateRows(
                x_, x.columns, rows.count, heads, table.headSize, cosines, sines,
                rows.lowerBound + position, tokens, direction)
        }
    }
}

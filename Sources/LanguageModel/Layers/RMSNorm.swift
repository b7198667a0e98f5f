import NumericKernels
import Numerics

/// y = x·r·w with r = 1 / √(mean x² + ε): x, y `[N, C]`, w `[C]`, reciprocals r `[N]`.
func rmsNormForward(
    _ x: Matrix, weight: FloatView, epsilon: Float, into y: Matrix, reciprocals: FloatView,
    _ arithmetic: Arithmetic
) {
    let C = x.columns
    let normalize = unsafe arithmetic.kernels.decoder.normalize
    arithmetic.forEachRowBlock(x.rows) { rows in
        unsafe withPointers(
            x.floats(ofRows: rows), weight, y.floats(ofRows: rows), reciprocals[rows]
        ) { x, weight, y, reciprocals in
            unsafe normalize(x, weight, epsilon, rows.count, C, y, reciprocals)
        }
    }
}

/// Adds to dx `[N, C]` and to the gradient of w `[C]`, the latter in chains over tokens.
func rmsNormBackward(
    _ dy: Matrix, _ x: Matrix, weight: FloatView, reciprocals: FloatView, addingTo dx: Matrix,
    weightGradient: FloatView, _ arithmetic: Arithmetic
) {
    let (N, C) = (x.rows, x.columns)
    let normalizeBackward = unsafe arithmetic.kernels.decoder.normalizeBackward
    arithmetic.forEachRowBlock(N) { rows in
        unsafe withPointers(
            dy.floats(ofRows: rows), x.floats(ofRows: rows), weight, reciprocals[rows],
            dx.floats(ofRows: rows)
        ) { dy, x, weight, reciprocals, dx in
            unsafe normalizeBackward(dy, x, weight, reciprocals, rows.count, C, dx)
        }
    }
    let addGradient = unsafe arithmetic.kernels.decoder.normWeightGradient
    arithmetic.forEachColumnBlock(C) { columns in
        unsafe withPointers(dy.view, x.view, reciprocals, weightGradient) { dy, x, r, dw in
            let first = columns.lowerBound
            unsafe addGradient(dy + first, x + first, r, N, C, columns.count, dw + first)
        }
    }
}

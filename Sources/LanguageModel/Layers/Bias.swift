import Numerics

/// y[n] ← y[n] + b: y `[N, out]`, b `[out]`, one rounded addition an element.
func biasForward(_ bias: FloatView, addingTo y: Matrix, _ arithmetic: Arithmetic) {
    arithmetic.forEachRowBlock(y.rows) { rows in
        for row in rows { arithmetic.add(bias, to: y.row(row)) }
    }
}

/// Adds the rows of dy `[N, out]` to the gradient of b `[out]`, in token order, plain additions.
func biasBackward(_ dy: Matrix, biasGradient: FloatView, _ arithmetic: Arithmetic) {
    arithmetic.forEachColumnBlock(dy.columns) { columns in
        let gradient = biasGradient[columns]
        for row in 0..<dy.rows { arithmetic.add(dy.row(row)[columns], to: gradient) }
    }
}

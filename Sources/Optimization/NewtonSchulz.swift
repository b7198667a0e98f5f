package import Numerics

/// An approximation of the nearest matrix whose singular values are all 1, by five steps of a
/// quintic iteration.
///
/// With Muon's coefficients the singular values end between about 0.5 and 1.5. Every product and
/// sum is in a fixed order; `docs/model.md` has it.
package enum NewtonSchulz {
    private static let steps = 5
    private static let coefficients: (linear: Float, cubic: Float, quintic: Float) =
        (3.4445, -4.7750, 2.0315)

    /// The orthogonalised matrix in its own order; `matrix`, whose rows are side by side, is
    /// overwritten.
    package static func orthogonalise(_ matrix: Matrix, _ arithmetic: Arithmetic) -> FloatView {
        let (rows, columns) = (matrix.rows, matrix.columns)
        precondition(!matrix.isTransposed && matrix.rowStride == columns, "rows side by side")
        var current = matrix
        var next = Matrix(rows: rows, columns: columns)
        let side = min(rows, columns)
        let (gram, square) = (
            Matrix(rows: side, columns: side), Matrix(rows: side, columns: side)
        )
        scale(current.view, by: 1 / (arithmetic.norm(current.view) + 1e-7), arithmetic)
        for _ in 0..<steps {
            // A tall matrix goes by its transpose, so that the Gram matrix is the smaller one.
            let (wide, result) =
                rows > columns ? (current.transpose, next.transpose) : (current, next)
            arithmetic.product(wide, wide.transpose, into: gram)
            arithmetic.product(gram, gram, into: square)
            scale(gram.view, by: coefficients.cubic, arithmetic)
            add(square.view, by: coefficients.quintic, to: gram.view, arithmetic)
            arithmetic.product(gram, wide, into: result)
            add(current.view, by: coefficients.linear, to: next.view, arithmetic)
            swap(&current, &next)
        }
        return current.view
    }

    private static func scale(_ x: FloatView, by factor: Float, _ arithmetic: Arithmetic) {
        arithmetic.parallelRanges(x.count, grain: 4_096) { range in
            arithmetic.scale(x[range], by: factor, into: x[range])
        }
    }

    private static func add(
        _ x: FloatView, by factor: Float, to y: FloatView, _ arithmetic: Arithmetic
    ) {
        arithmetic.parallelRanges(x.count, grain: 4_096) { range in
            arithmetic.addScaled(x[range], by: factor, to: y[range])
        }
    }
}

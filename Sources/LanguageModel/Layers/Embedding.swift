import NumericKernels
import Numerics

/// x[n] = E[tokens[n]]: E `[V, C]`, x `[N, C]`.
func embeddingForward(
    _ tokens: [UInt32], embedding: WeightMatrix, into x: Matrix, _ arithmetic: Arithmetic
) {
    arithmetic.forEachRowBlock(x.rows) { rows in
        for row in rows { embedding.row(Int(tokens[row])).read(into: x.row(row)) }
    }
}

/// Adds the rows of dx `[N, C]` to the rows of their tokens, in token order.
func embeddingBackward(
    _ dx: Matrix, tokens: [UInt32], gradient: Matrix, _ arithmetic: Arithmetic
) {
    let addRows = unsafe arithmetic.kernels.decoder.addEmbeddingRows
    arithmetic.forEachColumnBlock(dx.columns) { columns in
        let first = columns.lowerBound
        unsafe withPointers(dx.view, gradient.view) { from, to in
            unsafe tokens.withUnsafeBufferPointer { tokens in
                guard let tokens = tokens.baseAddress else { return }
                unsafe addRows(
                    from + first, tokens, dx.rows, dx.columns, columns.count, to + first)
            }
        }
    }
}

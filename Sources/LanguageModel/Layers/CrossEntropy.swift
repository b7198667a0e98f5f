import NumericKernels
import Numerics

/// Loss of each row of logits `[N, V]` against its target; with a scale, logits become gradients,
/// those of z-loss too.
///
/// Rows that predict nothing have gradients of +0, and no loss.
func crossEntropy(
    _ logits: Matrix, targets: ArraySlice<UInt32>, predictions: ArraySlice<Bool>?,
    gradientScale: Float?, zLoss: Float = 0,
    losses: FloatView, _ arithmetic: Arithmetic
) {
    let kernel = unsafe arithmetic.kernels.decoder.crossEntropy
    arithmetic.forEachRowBlock(logits.rows) { rows in
        let targets = targets.dropFirst(rows.lowerBound).prefix(rows.count)
        unsafe withPointers(logits.floats(ofRows: rows), losses[rows]) { logits_, losses in
            unsafe targets.withUnsafeBufferPointer { targets in
                guard let targets = targets.baseAddress else { return }
                unsafe kernel(
                    logits_, rows.count, logits.columns, targets, gradientScale != nil,
                    gradientScale ?? 0, zLoss, losses)
            }
        }
        guard let predictions, gradientScale != nil else { return }
        for row in rows where !predictions[predictions.startIndex + row] {
            logits.row(row).fill(0)
        }
    }
}

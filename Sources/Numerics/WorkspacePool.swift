internal import NumericKernels
internal import Synchronization

/// Buffers lent to products, so that steady work makes no new ones.
///
/// There are never more than were lent at once: a buffer too small is given up for a larger one.
final class WorkspacePool: Sendable {
    private let free = Mutex<[FloatStorage]>([])

    /// Calls `body` with a buffer of at least `count` floats, of any content.
    func withBuffer<Result>(_ count: Int, _ body: (FloatStorage) -> Result) -> Result {
        let lent = take(count)
        defer { free.withLock { $0.append(lent) } }
        return body(lent)
    }

    /// The smallest free buffer that is large enough, or a new one in place of the largest.
    private func take(_ count: Int) -> FloatStorage {
        let found = free.withLock { buffers -> FloatStorage? in
            let sizes = buffers.enumerated().map { (count: $1.count, index: $0) }
            if let best = sizes.filter({ $0.count >= count }).min(by: <) {
                return buffers.remove(at: best.index)
            }
            if let largest = sizes.max(by: <) { buffers.remove(at: largest.index) }
            return nil
        }
        return found ?? FloatStorage(count: count)
    }
}

extension Arithmetic {
    /// The most floats products keep for packed blocks: one of the right factor and, for each
    /// thread, one of the left; with weights in bfloat16 also what each thread widens to pack.
    package func productWorkspaceLimit(widens: Bool) -> Int {
        let product = kernels.product
        let right = (product.columnBlock + product.tileColumns) * product.depthBlock
        let left = (product.rowBlock + product.tileRows) * product.depthBlock + 16
        let wide = ProductRun.mostPanelsPacked * product.tileColumns * product.depthBlock
        return right + threads * (left + (widens ? wide : 0))
    }
}

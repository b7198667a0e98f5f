internal import Synchronization

/// Buffers lent to products, so that steady work allocates nothing.
final class WorkspacePool: Sendable {
    private let free = Mutex<[FloatStorage]>([])

    /// Calls `body` with a buffer of at least `count` floats, of any content.
    func withBuffer<Result>(_ count: Int, _ body: (FloatStorage) -> Result) -> Result {
        let lent = take(count)
        defer { free.withLock { $0.append(lent) } }
        return body(lent)
    }

    /// The smallest free buffer that is large enough, or a new one.
    private func take(_ count: Int) -> FloatStorage {
        let found = free.withLock { buffers -> FloatStorage? in
            let fitting = buffers.indices.filter { buffers[$0].count >= count }
            let best = fitting.min { buffers[$0].count < buffers[$1].count }
            return best.map { buffers.remove(at: $0) }
        }
        return found ?? FloatStorage(count: count)
    }
}

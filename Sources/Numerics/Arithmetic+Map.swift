import Synchronization

extension Arithmetic {
    /// The results of `body` for each index below `count`, in order, computed on all threads.
    package func map<Result: Sendable>(
        _ count: Int, _ body: @Sendable (Int) -> Result
    ) -> [Result] {
        let parts = Mutex<[(start: Int, results: [Result])]>([])
        parallelRanges(count, grain: 1) { range in
            let results = range.map(body)
            parts.withLock { $0.append((range.lowerBound, results)) }
        }
        return parts.withLock { $0.sorted { $0.start < $1.start }.flatMap(\.results) }
    }
}

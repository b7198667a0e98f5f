import Dispatch
import Synchronization

/// Work that threads do beside each other, while whoever asked for it does something else.
package final class Background<Value: Sendable>: Sendable {
    private let group = DispatchGroup()
    private let results: Mutex<[Result<Value, any Error>?]>

    /// Begins to make as many values as told.
    package init(count: Int, _ make: @escaping @Sendable (Int) throws -> Value) {
        results = Mutex([Result<Value, any Error>?](repeating: nil, count: count))
        for place in 0..<count {
            DispatchQueue.global().async(group: group) { [self] in
                let result = Result { try make(place) }
                results.withLock { $0[place] = result }
            }
        }
    }

    /// The values in their places, when all are made.
    package func wait() -> [Result<Value, any Error>] {
        group.wait()
        return results.withLock { $0.compactMap(\.self) }
    }
}

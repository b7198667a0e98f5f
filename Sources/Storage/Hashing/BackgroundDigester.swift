private import Dispatch

/// Computes a SHA-256 digest of bytes that arrive in parts, on another thread, while its caller
/// goes on with what the bytes mean.
///
/// At most `Self.waitingParts` parts wait to be hashed; then `update` waits as well.
package struct BackgroundDigester: Sendable {
    /// The most parts in memory that are not hashed yet.
    package static let waitingParts = 4

    /// Shorter parts cost less to hash than to hand over.
    private static let leastHandedOver = 1 << 16

    private let state = State()
    private let queue = DispatchQueue(label: "nous-tools.digest")
    private let slots = DispatchSemaphore(value: waitingParts)

    /// The digester; only tasks of the serial queue touch it.
    private final class State: @unchecked Sendable {
        var digester = Digester()
    }

    /// A digester that has seen no bytes.
    package init() {}

    /// Takes in `bytes`.
    package func update(_ bytes: [UInt8]) {
        guard bytes.count >= Self.leastHandedOver else {
            return queue.sync { state.digester.update(bytes) }
        }
        slots.wait()
        queue.async { [state, slots] in
            state.digester.update(bytes)
            slots.signal()
        }
    }

    /// The digest of all bytes so far.
    package func finalize() -> Digest {
        queue.sync { state.digester.finalize() }
    }
}

internal import Numerics

/// A part of a document on its way through the encoders.
///
/// One thread at a time holds it: who appended it, the one that took it, who gets it back.
final class EncodingPart: @unchecked Sendable {
    let document: Document
    let range: Range<Int>
    /// The tokens, once encoded.
    var tokens: [UInt32] = []
    fileprivate var isEncoded = false

    init(_ document: Document, _ range: Range<Int>) {
        self.document = document
        self.range = range
    }

    /// Whether the document ends here.
    var isLast: Bool { range.upperBound == document.bytes.count }
}

/// Parts in the order in which they come back, whoever encodes them.
final class EncodingQueue: @unchecked Sendable {
    /// What the thread that appends parts may do next.
    enum Step {
        /// The oldest part is encoded and out of the queue.
        case handOn(EncodingPart)
        /// Nobody encodes this part; the caller should, and then call `finished`.
        case encode(EncodingPart)
    }

    private var parts: [EncodingPart] = []
    private var taken = 0
    private var bytes = 0
    private var isStopped = false
    private let monitor = Monitor()

    /// Adds a part at the end.
    func append(_ part: EncodingPart) {
        locked {
            parts.append(part)
            bytes += part.range.count
        }
    }

    /// The next step of the thread that appends; nil if the oldest part is not ready and no more
    /// than `backlog` bytes are in the queue.
    func step(backlog: Int) -> Step? {
        locked {
            while let first = parts.first {
                if first.isEncoded {
                    parts.removeFirst()
                    taken -= 1
                    bytes -= first.range.count
                    return .handOn(first)
                }
                guard bytes > backlog else { return nil }
                if let part = take() { return .encode(part) }
                monitor.wait()
            }
            return nil
        }
    }

    /// A part for another thread to encode, as soon as there is one; nil when there will be none.
    func waitForPart() -> EncodingPart? {
        locked {
            while !isStopped {
                if let part = take() { return part }
                monitor.wait()
            }
            return nil
        }
    }

    /// Says that a part has its tokens.
    func finished(_ part: EncodingPart) {
        locked { part.isEncoded = true }
    }

    /// Sends the other threads away.
    func stop() {
        locked { isStopped = true }
    }

    private func take() -> EncodingPart? {
        guard taken < parts.count else { return nil }
        taken += 1
        return parts[taken - 1]
    }

    /// Every call may be what another thread waits for.
    private func locked<Result>(_ body: () -> Result) -> Result {
        monitor.locked {
            defer { monitor.notifyAll() }
            return body()
        }
    }
}

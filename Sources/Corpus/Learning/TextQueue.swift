internal import Numerics

/// Parts of texts that go to one thread together.
struct TextBatch: Sendable {
    /// Each text with the range of it that is meant.
    private(set) var parts: [(text: [UInt8], range: Range<Int>)] = []
    /// The bytes in the ranges.
    private(set) var bytes = 0

    /// Adds a part of a text.
    mutating func append(_ text: [UInt8], _ range: Range<Int>) {
        parts.append((text, range))
        bytes += range.count
    }
}

/// Batches that wait for whichever thread is free.
final class TextQueue: @unchecked Sendable {
    private var batches: [TextBatch] = []
    private var bytes = 0
    private var isStopped = false
    private let monitor = Monitor()

    /// Adds a batch.
    func append(_ batch: TextBatch) {
        monitor.locked {
            batches.append(batch)
            bytes += batch.bytes
            monitor.notifyAll()
        }
    }

    /// A batch, if more than `backlog` bytes wait.
    func take(keeping backlog: Int) -> TextBatch? {
        monitor.locked { bytes > backlog ? takeLast() : nil }
    }

    /// A batch as soon as there is one; nil when all are taken and there will be no more.
    func waitForBatch() -> TextBatch? {
        monitor.locked {
            while true {
                if let batch = takeLast() { return batch }
                if isStopped { return nil }
                monitor.wait()
            }
        }
    }

    /// Says that there will be no more.
    func stop() {
        monitor.locked {
            isStopped = true
            monitor.notifyAll()
        }
    }

    private func takeLast() -> TextBatch? {
        guard let batch = batches.popLast() else { return nil }
        bytes -= batch.bytes
        return batch
    }
}

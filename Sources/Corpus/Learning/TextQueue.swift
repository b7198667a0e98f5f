internal import Glibc

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
@safe final class TextQueue: @unchecked Sendable {
    private var batches: [TextBatch] = []
    private var bytes = 0
    private var isStopped = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Adds a batch.
    func append(_ batch: TextBatch) {
        locked {
            batches.append(batch)
            bytes += batch.bytes
            unsafe pthread_cond_signal(changed)
        }
    }

    /// A batch, if more than `backlog` bytes wait.
    func take(keeping backlog: Int) -> TextBatch? {
        locked { bytes > backlog ? takeLast() : nil }
    }

    /// A batch as soon as there is one; nil when all are taken and there will be no more.
    func waitForBatch() -> TextBatch? {
        locked {
            while true {
                if let batch = takeLast() { return batch }
                if isStopped { return nil }
                unsafe pthread_cond_wait(changed, mutex)
            }
        }
    }

    /// Says that there will be no more.
    func stop() {
        locked {
            isStopped = true
            unsafe pthread_cond_broadcast(changed)
        }
    }

    private func takeLast() -> TextBatch? {
        guard let batch = batches.popLast() else { return nil }
        bytes -= batch.bytes
        return batch
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}

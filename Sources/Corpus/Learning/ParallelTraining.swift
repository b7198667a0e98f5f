internal import Glibc
internal import Numerics
package import Tokenization

/// Counts the pieces of documents on several threads and learns a tokenizer from the counts.
///
/// Each thread has counts of its own, which are added up at the end; sums of integers do not depend
/// on who counted what, so neither does the tokenizer. Long documents are cut where it makes no
/// difference (`SplitPattern.parts`), and short ones travel together. Some 16 MiB of text wait, or
/// one document; the calling thread counts too whenever more would. Memory grows with the distinct
/// pieces that each thread meets.
package final class ParallelTraining {
    private static let partBytes = 1 << 18
    private static let longestBacklog = 1 << 24

    /// The counts of one thread.
    ///
    /// That thread alone holds them until it has ended.
    private final class Tally: @unchecked Sendable {
        var trainer: BytePairTrainer

        init(_ pattern: SplitPattern) { trainer = BytePairTrainer(pattern: pattern) }

        func count(_ batch: TextBatch) {
            for (text, range) in batch.parts { trainer.add(text.span.extracting(range)) }
        }
    }

    private let queue = TextQueue()
    private let own: Tally
    private let others: [Tally]
    private var workers: [pthread_t] = []
    private var waiting = TextBatch()

    /// Starts `threads − 1` threads that count.
    package init(pattern: SplitPattern = .llama3, threads: Int) {
        precondition(threads >= 1, "\(threads) threads")
        own = Tally(pattern)
        others = (1..<max(threads, 1)).map { _ in Tally(pattern) }
        workers = others.compactMap { [queue] tally in
            startThread {
                while let batch = queue.waitForBatch() { tally.count(batch) }
            }
        }
    }

    deinit { join() }

    /// Counts the pieces of one text, now or later.
    package func add(_ text: [UInt8]) {
        for range in SplitPattern.parts(of: text.span, length: Self.partBytes) {
            waiting.append(text, range)
            if waiting.bytes >= Self.partBytes { handOn() }
        }
    }

    /// The trainer that has counted everything; nothing can be added after it.
    package func finish() -> BytePairTrainer {
        handOn()
        while let batch = queue.take(keeping: 0) { own.count(batch) }
        join()
        for tally in others {
            own.trainer.add(tally.trainer)
            tally.trainer = BytePairTrainer(pattern: .llama3)
        }
        return own.trainer
    }

    private func handOn() {
        queue.append(waiting)
        waiting = TextBatch()
        let backlog = workers.isEmpty ? 0 : Self.longestBacklog
        while let batch = queue.take(keeping: backlog) { own.count(batch) }
    }

    private func join() {
        queue.stop()
        for worker in workers { pthread_join(worker, nil) }
        workers = []
    }
}

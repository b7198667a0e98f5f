internal import CProcessor
internal import Glibc
internal import Synchronization

/// Lets the later indices of a shared loop wait for its first ones.
///
/// A loop's indices are taken in order, so whoever waits knows that all it waits for is being done
/// by some other thread, or was done by itself.
final class Countdown: Sendable {
    private let left: Atomic<Int>

    /// Waits will last until `count` calls of `finishOne`.
    init(_ count: Int) { left = Atomic(count) }

    /// One of them is done; what it wrote is visible to those who waited.
    func finishOne() { left.subtract(1, ordering: .acquiringAndReleasing) }

    /// Returns when all are done: spins, then lets other threads run in between.
    func wait() {
        var turns = 0
        while left.load(ordering: .acquiring) > 0 {
            if turns < 1_000 { processor_pause() } else { sched_yield() }
            turns += 1
        }
    }
}

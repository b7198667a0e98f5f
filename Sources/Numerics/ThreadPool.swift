internal import CProcessor
package import Glibc
internal import Synchronization

/// Threads that wait for loops to share: they spin a moment, yield, then sleep.
///
/// A loop belongs to the thread that calls it. Workers join it while it is open and take indices
/// from a counter; a worker that the system keeps from running never holds up a loop it has not
/// joined. A loop inside a loop, or from a second thread, runs on its caller alone.
final class ThreadPool: Sendable {
    /// The number of threads, the caller's included.
    let threads: Int
    private let shared = SharedLoop()
    private let workers: [pthread_t]

    /// Starts `threads − 1` workers.
    init(threads: Int) {
        precondition(threads >= 1, "a pool of \(threads) threads")
        let shared = shared
        let workers = (1..<max(threads, 1)).compactMap { _ in startThread { shared.work() } }
        self.workers = workers
        self.threads = workers.count + 1
    }

    /// Calls `body` once for each index below `count`, in no order, and returns when all are done.
    func parallelFor(_ count: Int, _ body: @Sendable (Int) -> Void) {
        guard count > 1, threads > 1, shared.claim() else {
            for index in 0..<max(count, 0) { body(index) }
            return
        }
        defer { shared.release() }
        withoutActuallyEscaping(body) { shared.run(count, $0) }
    }

    deinit {
        shared.stop()
        for worker in workers { pthread_join(worker, nil) }
    }
}

/// Starts a thread that runs `body`; nil if the system refuses.
package func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let start = unsafe Unmanaged.passRetained(Start(body))
    var thread = pthread_t()
    let status = unsafe pthread_create(
        &thread, nil,
        { argument in
            if let argument = unsafe argument {
                unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
            }
            return nil
        }, start.toOpaque())
    guard status == 0 else {
        unsafe start.release()
        return nil
    }
    return thread
}

/// The loop being shared, and how its owner and the workers wait for each other.
private final class SharedLoop: @unchecked Sendable {
    /// Grows by one with every loop; workers wait for it to change.
    private let generation = Atomic<Int>(0)
    /// Whether workers may still join.
    private let isOpen = Atomic<Bool>(false)
    /// The workers inside the loop, or looking whether they may be.
    private let active = Atomic<Int>(0)
    private let nextIndex = Atomic<Int>(0)
    private let isClaimed = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    private let bell = Bell()
    /// Written only while no worker is active and the loop is closed.
    private var count = 0
    private var body: (@Sendable (Int) -> Void)?

    /// Whether the caller now owns the workers.
    func claim() -> Bool { !isClaimed.exchange(true, ordering: .acquiring) }

    /// Lets the next caller own the workers.
    func release() { isClaimed.store(false, ordering: .releasing) }

    /// Shares one loop; the caller takes part.
    func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        // A late worker may still be looking at the loop before; it must not see half of this one.
        wait { active.load(ordering: .sequentiallyConsistent) == 0 }
        self.count = count
        self.body = body
        nextIndex.store(0, ordering: .relaxed)
        isOpen.store(true, ordering: .sequentiallyConsistent)
        generation.add(1, ordering: .sequentiallyConsistent)
        bell.ring()
        takeIndices(count, body)
        isOpen.store(false, ordering: .sequentiallyConsistent)
        wait { active.load(ordering: .sequentiallyConsistent) == 0 }
        self.body = nil
    }

    /// The life of a worker.
    func work() {
        var seen = 0
        while true {
            wait { generation.load(ordering: .sequentiallyConsistent) != seen || stopped }
            if stopped { return }
            seen = generation.load(ordering: .sequentiallyConsistent)
            active.add(1, ordering: .sequentiallyConsistent)
            if isOpen.load(ordering: .sequentiallyConsistent), let body { takeIndices(count, body) }
            active.subtract(1, ordering: .sequentiallyConsistent)
            bell.ring()
        }
    }

    /// Ends the workers' lives.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        bell.ring()
    }

    private var stopped: Bool { isStopped.load(ordering: .sequentiallyConsistent) }

    private func takeIndices(_ count: Int, _ body: (Int) -> Void) {
        while true {
            let index = nextIndex.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }

    /// Returns when `condition` holds: spins, then lets other threads run in between, then sleeps.
    private func wait(until condition: () -> Bool) {
        for turn in 0..<400 {
            for _ in 0..<50 {
                if condition() { return }
                processor_pause()
            }
            if turn >= 20 { sched_yield() }
        }
        bell.sleep(until: condition)
    }
}

/// A monitor that costs its ringer one load while nobody sleeps.
private final class Bell: Sendable {
    private let sleepers = Atomic<Int>(0)
    private let monitor = Monitor()

    /// Wakes everybody; the change they wait for has been stored before.
    func ring() {
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
        monitor.locked { monitor.notifyAll() }
    }

    /// Sleeps until `isReady` holds.
    func sleep(until isReady: () -> Bool) {
        monitor.locked {
            sleepers.add(1, ordering: .sequentiallyConsistent)
            while !isReady() { monitor.wait() }
            sleepers.subtract(1, ordering: .sequentiallyConsistent)
        }
    }
}

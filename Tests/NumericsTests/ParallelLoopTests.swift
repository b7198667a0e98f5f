import Numerics
import Synchronization
import Testing

/// Loops shared by threads.
@Suite struct ParallelLoopTests {
    @Test(arguments: [1, 2, 3, 5])
    func everyIndexRunsOnce(threads: Int) {
        let arithmetic = Arithmetic(threads: threads)
        for count in [0, 1, 2, 100] {
            let seen = Mutex([Int](repeating: 0, count: count))
            arithmetic.parallelFor(count) { index in seen.withLock { $0[index] += 1 } }
            #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
        }
    }

    @Test func loopsNest() {
        let arithmetic = Arithmetic(threads: 3)
        let total = Atomic<Int>(0)
        arithmetic.parallelFor(10) { _ in
            arithmetic.parallelFor(10) { _ in total.add(1, ordering: .relaxed) }
        }
        #expect(total.load(ordering: .relaxed) == 100)
    }

    @Test func manyShortLoopsFinish() {
        let arithmetic = Arithmetic(threads: 2)
        let total = Atomic<Int>(0)
        for _ in 0..<5_000 { arithmetic.parallelFor(3) { _ in total.add(1, ordering: .relaxed) } }
        #expect(total.load(ordering: .relaxed) == 15_000)
    }

    @Test func twoCallersMayLoopAtOnce() async {
        let arithmetic = Arithmetic(threads: 2)
        let total = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<100 {
                        arithmetic.parallelFor(5) { _ in total.increment() }
                    }
                }
            }
        }
        #expect(total.value == 2_000)
    }

    @Test func rangesCoverAllElementsInOrder() {
        let arithmetic = Arithmetic(threads: 2)
        let ranges = Mutex<[Range<Int>]>([])
        arithmetic.parallelRanges(1_000, grain: 90) { range in ranges.withLock { $0.append(range) }
        }
        let sorted = ranges.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(sorted.flatMap { Array($0) } == Array(0..<1_000))
        #expect(sorted.allSatisfy { $0.count >= 90 })
    }
}

/// A count that threads share.
private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    func increment() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
}

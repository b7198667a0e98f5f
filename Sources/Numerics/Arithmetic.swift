package import NumericKernels

/// Exact arithmetic on one machine: a kernel set and a pool of threads.
///
/// No result depends on either: every operation and its order is fixed by `docs/arithmetic.md`.
package final class Arithmetic: Sendable {
    /// The instructions in use.
    package let instructionSet: InstructionSet
    /// The kernels of that set, for callers with row kernels of their own.
    package let kernels: KernelTable
    /// Computes the products instead of the kernels; then nothing here is exact any more.
    package let externalProduct: ExternalProduct?
    /// The packed blocks products work in, kept between calls.
    let workspaces = WorkspacePool()
    private let pool: ThreadPool

    /// Arithmetic on `threads` threads, the caller's included.
    package convenience init(
        threads: Int, instructionSet: InstructionSet = .best,
        externalProduct: ExternalProduct? = nil
    ) {
        self.init(
            threads: threads, instructionSet: instructionSet, kernels: instructionSet.kernels,
            externalProduct: externalProduct)
    }

    /// Arithmetic with kernels compiled otherwise, for tests of a set on another set's machine.
    package init(
        threads: Int, instructionSet: InstructionSet, kernels: KernelTable,
        externalProduct: ExternalProduct? = nil
    ) {
        self.externalProduct = externalProduct
        self.instructionSet = instructionSet
        self.kernels = kernels
        pool = ThreadPool(threads: threads)
    }

    /// The number of threads, the caller's included.
    package var threads: Int { pool.threads }

    /// Calls `body` once for each index below `count`, in no order, on all threads.
    ///
    /// The calls must write disjoint outputs, and no result may depend on how `count` was chosen.
    /// Inside `body` everything runs on the calling thread: loops and products nest freely.
    package func parallelFor(_ count: Int, _ body: @Sendable (Int) -> Void) {
        pool.parallelFor(count, body)
    }

    /// Cuts `0..<count` into runs of at least `grain` and calls `body` for each, on all threads.
    package func parallelRanges(
        _ count: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void
    ) {
        let pieces = max(1, min(count / max(grain, 1), threads * 4))
        parallelFor(pieces) { piece in
            let range = (count * piece / pieces)..<(count * (piece + 1) / pieces)
            if !range.isEmpty { body(range) }
        }
    }
}

import Glibc
package import Numerics

/// OpenBLAS's single-precision matrix product.
///
/// The library is loaded when it is asked for and not with the program: it starts threads as soon as
/// it is there, which would take the signals that a program has not blocked yet.
package enum OpenBLASProduct {
    /// OpenBLAS cannot be loaded here.
    package struct Unavailable: Error {
        /// What the system says.
        package let reason: String
    }

    /// The product on `threads` threads, for the whole process.
    package static func product(threads: Int) throws(Unavailable) -> ExternalProduct {
        guard let library = unsafe dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
            let setThreads = unsafe dlsym(library, "openblas_set_num_threads"),
            let multiply = unsafe dlsym(library, "cblas_sgemm")
        else {
            throw Unavailable(reason: unsafe dlerror().map { unsafe String(cString: $0) } ?? "")
        }
        unsafe unsafeBitCast(setThreads, to: SetThreads.self)(Int32(threads))
        let routine = unsafe unsafeBitCast(multiply, to: Multiply.self)
        return { a, b, c, accumulate in unsafe run(routine, a, b, into: c, accumulate: accumulate) }
    }

    private typealias SetThreads = @convention(c) (Int32) -> Void

    /// `cblas_sgemm`: order, transpositions, m, n, k, α, A, its stride, B, its stride, β, C, its
    /// stride.
    private typealias Multiply =
        @convention(c) (
            UInt32, UInt32, UInt32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
            UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
        ) -> Void

    /// The constants of `cblas.h`.
    private static let rowMajor: UInt32 = 101
    private static let asItIs: UInt32 = 111
    private static let transposed: UInt32 = 112

    private static func run(
        _ routine: Multiply, _ a: Matrix, _ b: Matrix, into c: Matrix, accumulate: Bool
    ) {
        precondition(!c.isTransposed, "the result lies by rows")
        unsafe a.view.withPointer { left in
            unsafe b.view.withPointer { right in
                unsafe c.view.withPointer { output in
                    unsafe routine(
                        rowMajor, a.isTransposed ? transposed : asItIs,
                        b.isTransposed ? transposed : asItIs, Int32(c.rows), Int32(c.columns),
                        Int32(a.columns), 1, left, Int32(a.rowStride), right,
                        Int32(b.rowStride), accumulate ? 1 : 0, output, Int32(c.rowStride))
                }
            }
        }
    }
}

import COpenBLAS
package import Numerics

/// OpenBLAS's single-precision matrix product.
package enum OpenBLASProduct {
    /// The product on `threads` threads, for the whole process.
    package static func product(threads: Int) -> ExternalProduct {
        openblas_set_num_threads(Int32(threads))
        return { a, b, c, accumulate in multiply(a, b, into: c, accumulate: accumulate) }
    }

    private static func multiply(_ a: Matrix, _ b: Matrix, into c: Matrix, accumulate: Bool) {
        precondition(!c.isTransposed, "the result lies by rows")
        unsafe a.view.withPointer { left in
            unsafe b.view.withPointer { right in
                unsafe c.view.withPointer { output in
                    unsafe cblas_sgemm(
                        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
                        b.isTransposed ? CblasTrans : CblasNoTrans, Int32(c.rows),
                        Int32(c.columns), Int32(a.columns), 1, left, Int32(a.rowStride), right,
                        Int32(b.rowStride), accumulate ? 1 : 0, output, Int32(c.rowStride))
                }
            }
        }
    }
}

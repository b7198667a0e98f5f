import COpenBLAS
import Glibc
import Numerics

/// Measures one product with the exact kernels and with OpenBLAS, one after the other.
struct GemmBenchmark {
    /// The medians of one shape, in 10⁹ floating-point operations a second.
    struct Measurement {
        let shape: GemmShape
        let threads: Int
        let exact: Double
        let peer: Double
        let ratio: Double
    }

    private let shape: GemmShape
    private let arithmetic: Arithmetic
    private let a, b, c, d: Matrix

    init(_ shape: GemmShape, _ arithmetic: Arithmetic) {
        self.shape = shape
        self.arithmetic = arithmetic
        a = GemmBenchmark.operand(shape.m, shape.k, shape.layout == .tn, 1)
        b = GemmBenchmark.operand(shape.k, shape.n, shape.layout == .nt, 2)
        c = Matrix(rows: shape.m, columns: shape.n)
        d = Matrix(rows: shape.m, columns: shape.n)
    }

    /// `repeats` pairs of measurements, each long enough for the clock; the median of each.
    func run(repeats: Int) -> Measurement {
        openblas_set_num_threads(Int32(arithmetic.threads))
        // About 30 ms at 100 GFLOP/s a thread.
        let calls = max(1, Int(3e9 * Double(arithmetic.threads) / shape.operations))
        var pairs: [(exact: Double, peer: Double)] = []
        for repetition in 0..<repeats {
            // Who goes first alternates, so that a machine growing busier favours nobody.
            if repetition.isMultiple(of: 2) {
                let exact = rate(calls, product)
                pairs.append((exact, rate(calls, peerProduct)))
            } else {
                let peer = rate(calls, peerProduct)
                pairs.append((rate(calls, product), peer))
            }
        }
        return Measurement(
            shape: shape, threads: arithmetic.threads, exact: median(pairs.map(\.exact)),
            peer: median(pairs.map(\.peer)), ratio: median(pairs.map { $0.exact / $0.peer }))
    }

    private func product() { arithmetic.product(a, b, into: c, accumulate: false) }

    private func peerProduct() {
        unsafe a.view.withPointer { left in
            unsafe b.view.withPointer { right in
                unsafe d.view.withPointer { output in
                    unsafe cblas_sgemm(
                        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
                        b.isTransposed ? CblasTrans : CblasNoTrans, Int32(shape.m),
                        Int32(shape.n), Int32(shape.k), 1, left, Int32(a.rowStride), right,
                        Int32(b.rowStride), 0, output, Int32(d.rowStride))
                }
            }
        }
    }

    /// The speed of `calls` calls, after one that wakes the pool.
    ///
    /// Idle threads of the other side's pool would take turns with ours on the same cores; after
    /// 2²⁶ cycles even OpenBLAS's sleep.
    private func rate(_ calls: Int, _ body: () -> Void) -> Double {
        if arithmetic.threads > 1 { usleep(50_000) }
        body()
        let time = ContinuousClock().measure { for _ in 0..<calls { body() } }
        return shape.operations * Double(calls) / (time / .seconds(1)) / 1e9
    }

    private static func operand(
        _ rows: Int, _ columns: Int, _ isTransposed: Bool, _ stream: UInt32
    ) -> Matrix {
        let view = FloatView(count: rows * columns)
        let random = CounterRandom(seed: 1, stream: stream)
        for index in view.indices { view[index] = random.uniform(at: UInt64(index)) - 0.5 }
        return isTransposed
            ? Matrix(view, rows: columns, columns: rows).transpose
            : Matrix(view, rows: rows, columns: columns)
    }
}

/// The middle of the sorted values.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

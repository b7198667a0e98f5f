internal import NumericKernels
internal import Synchronization

extension Arithmetic {
    /// The rate of fused multiply-adds in registers on all threads, in operations a second (two for
    /// each), measured for about `seconds`: no training step can be faster.
    package func measurePeak(seconds: Double = 0.02) -> Double {
        let probe = kernels.probe
        let iterations = 20_000
        let operations = 2 * Double(iterations * probe.multiplyAddsPerIteration * threads)
        let sum = Mutex<Float>(0)
        var (best, spent) = (0.0, 0.0)
        while spent < seconds {
            let time = ContinuousClock().measure {
                parallelFor(threads) { _ in
                    let result = probe.multiplyAdd(iterations)
                    sum.withLock { $0 += result }
                }
            }
            best = max(best, operations / (time / .seconds(1)))
            spent += time / .seconds(1)
        }
        return best
    }
}

/// Numbers in bfloat16, on all threads; `docs/arithmetic.md`, section 8.
extension Arithmetic {
    /// Rounds each x to the nearest bfloat16 number.
    package func roundToBFloat16(_ x: FloatView) {
        parallelRanges(x.count, grain: elementGrain) { range in
            unsafe x.withPointer { x in
                for index in range { unsafe x[index] = BFloat16.nearest(x[index]) }
            }
        }
    }

    /// Writes each x, rounded to the nearest bfloat16 number, to `storage`.
    package func narrow(_ x: FloatView, to storage: BFloat16Storage) {
        precondition(x.count == storage.count, "\(x.count) floats to \(storage.count)")
        parallelRanges(x.count, grain: elementGrain) { storage.narrow(x[$0], into: $0) }
    }

    /// Writes the elements of `storage` to x.
    package func widen(_ storage: BFloat16Storage, to x: FloatView) {
        precondition(x.count == storage.count, "\(storage.count) elements to \(x.count)")
        parallelRanges(x.count, grain: elementGrain) { storage.widen($0, into: x[$0]) }
    }

    private var elementGrain: Int { 4_096 }
}

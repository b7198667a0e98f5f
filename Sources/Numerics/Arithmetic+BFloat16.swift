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
        parallelRanges(x.count, grain: elementGrain) { range in
            unsafe x.withPointer { x in
                let narrow = unsafe storage.base
                for index in range {
                    let bits = unsafe BFloat16.nearest(bits: x[index].bitPattern)
                    unsafe narrow[index] = UInt16(truncatingIfNeeded: bits &>> 16)
                }
            }
        }
    }

    /// Writes the elements of `storage` to x.
    package func widen(_ storage: BFloat16Storage, to x: FloatView) {
        precondition(x.count == storage.count, "\(storage.count) elements to \(x.count)")
        parallelRanges(x.count, grain: elementGrain) { range in
            unsafe x.withPointer { x in
                let narrow = unsafe storage.base
                for index in range {
                    unsafe x[index] = Float(bitPattern: UInt32(narrow[index]) &<< 16)
                }
            }
        }
    }

    /// Rounds each x down or up to a bfloat16 number, up as often as its place between them says.
    ///
    /// Element i uses half-word i of attempt `step` mod 2³² of the stream.
    package func roundStochastically(_ x: FloatView, _ random: CounterRandom, step: Int) {
        let attempt = UInt32(truncatingIfNeeded: step)
        parallelRanges((x.count + 7) / 8, grain: elementGrain / 8) { blocks in
            unsafe x.withPointer { start in
                for block in blocks {
                    let words = random.block(UInt64(block), attempt: attempt)
                    for half in 0..<min(8, x.count - 8 * block) {
                        let noise = words[half &>> 1] &>> UInt32(16 &* (half & 1)) & 0xFFFF
                        let index = 8 &* block &+ half
                        unsafe start[index] = BFloat16.stochastic(start[index], noise: noise)
                    }
                }
            }
        }
    }

    private var elementGrain: Int { 4_096 }
}

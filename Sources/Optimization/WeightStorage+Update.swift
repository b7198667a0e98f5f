import Numerics

extension WeightStorage {
    /// Lets `change` write new weights to `range`, block after block, on the calling thread.
    ///
    /// `change` gets a block of `range` and its weights as floats. Those in bfloat16 are rounded
    /// down or up afterwards, as `rounding`, attempt `step`, decides.
    func update(
        _ range: Range<Int>, rounding: CounterRandom?, step: Int,
        _ change: (_ block: Range<Int>, _ weights: FloatView) -> Void
    ) {
        switch self {
        case .float32(let floats): change(range, floats.view[range])
        case .bfloat16(let numbers):
            guard let rounding else { preconditionFailure("bfloat16 without rounding") }
            let length = 4_096
            let floats = FloatView(count: min(range.count, length))
            for start in stride(from: range.lowerBound, to: range.upperBound, by: length) {
                let block = start..<min(start + length, range.upperBound)
                let wide = floats[0..<block.count]
                numbers.widen(block, into: wide)
                change(block, wide)
                numbers.narrowStochastically(wide, into: block, rounding, step: step)
            }
        }
    }
}

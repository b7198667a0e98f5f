import Numerics
import UpdateCodec

extension Operator {
    /// Losses, and gradients of logits; a target below 0 is not predicted.
    func predicted<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let batch = kind == .loss ? 3 : 2
        let target = try inputs.whole(batch, row: 1, row)
        guard target >= 0 else { return [Float](repeating: 0, count: columns.count) }
        if kind == .loss {
            let correct = try inputs.element(0, row: row, target)
            let maximum = try inputs.element(1, row: row, 0)
            let sum = try inputs.element(2, row: row, 0)
            return [ElementaryFunctions.log(sum) - (correct - maximum)]
        }
        let powers = try inputs.read(0, row: row, columns)
        let reciprocal = try inputs.element(1, row: row, 0)
        let scale = try inputs.element(3, row: 0, 0)
        return zip(columns, powers).map { column, power in
            let probability = power * reciprocal
            return (column == target ? probability - 1 : probability) * scale
        }
    }

    /// What decodes of a chunk of elements: settings are the codec's chunk, keep and values, and the
    /// elements of the tensor.
    func kept<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let codec = TensorCodec(
            chunk: settings[0], keep: settings[1], values: ValueFormat.allCases[settings[2]])
        let length = min(settings[0], settings[3] - row * settings[0])
        let elements = FloatView(copying: try inputs.read(0, row: row, 0..<length))
        // A chunk by itself is one chunk of a tensor, whose share may be that of a shorter one.
        let decoded = FloatView(count: shape.columns)
        let single = TensorCodec(
            chunk: length, keep: codec.keptCount(length), values: codec.values)
        single.accumulate(single.encode(elements), times: 1, into: decoded[0..<length])
        return Array(decoded.array[columns])
    }
}

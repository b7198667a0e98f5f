package import Numerics

/// The parameters a run starts from.
package enum Initialization {
    /// The stream of random numbers that parameters are drawn from.
    package static let stream: UInt32 = 1

    /// Normal with deviation 0.02, or 0.02 / √(2L) where a projection ends in the residual stream;
    /// norms are 1, biases 0.
    ///
    /// Element i of the buffer is the standard normal number i of the seed's stream, times the
    /// deviation; so no element depends on how the work is divided.
    package static func parameters(_ layout: ParameterLayout, seed: UInt64) -> FloatStorage {
        let storage = FloatStorage(count: layout.count)
        let random = CounterRandom(seed: seed, stream: stream)
        for tensor in layout.tensors {
            let view = storage.view[tensor.range]
            guard tensor.decays else {
                view.fill(tensor.isBias ? 0 : 1)
                continue
            }
            let deviation = tensor.endsInResidual ? residualDeviation(layout) : 0.02
            for index in view.indices {
                view[index] = random.normal(at: UInt64(tensor.range.lowerBound + index)) * deviation
            }
        }
        return storage
    }

    private static func residualDeviation(_ layout: ParameterLayout) -> Float {
        let projections = layout.tensors.count(where: \.endsInResidual)
        return Float(0.02 / Double(projections).squareRoot())
    }
}

extension ParameterTensor {
    /// Whether the tensor is added, not multiplied by.
    fileprivate var isBias: Bool { name.hasSuffix(".bias") }

    /// Whether the tensor is the last projection of a block, two in each layer.
    fileprivate var endsInResidual: Bool {
        name.hasSuffix(".o_proj.weight") || name.hasSuffix(".down_proj.weight")
    }
}

import Numerics

/// The activations of the kept layers and the inputs of all, as bfloat16 numbers.
///
/// Layers are computed in the same floats, one after the other; what a layer leaves is written here
/// and read back before its backward pass. It has been rounded before, so nothing is lost.
final class CompactActivations {
    private let inputs: [BFloat16Storage]
    /// Those of the last layers.
    private let layers: [CompactLayer]

    init(_ sizes: ActivationSizes) {
        inputs = (0..<sizes.layers).map { _ in BFloat16Storage(count: sizes.rows * sizes.hidden) }
        layers = (0..<sizes.keptLayers).map { _ in CompactLayer(sizes) }
    }

    func keepInput(_ x: Matrix, of layer: Int, _ arithmetic: Arithmetic) {
        arithmetic.narrow(x.view, to: inputs[layer])
    }

    func restoreInput(of layer: Int, to x: Matrix, _ arithmetic: Arithmetic) {
        arithmetic.widen(inputs[layer], to: x.view)
    }

    /// Keeps what `layer` left, if it is one of those kept.
    func keep(_ activations: LayerActivations, of layer: Int, _ arithmetic: Arithmetic) {
        kept(layer)?.keep(activations, arithmetic)
    }

    /// Restores what `layer` left, if it is one of those kept.
    func restore(_ layer: Int, to activations: LayerActivations, _ arithmetic: Arithmetic) {
        kept(layer)?.restore(to: activations, arithmetic)
    }

    private func kept(_ layer: Int) -> CompactLayer? {
        let first = inputs.count - layers.count
        return layer < first ? nil : layers[layer - first]
    }
}

/// One layer's activations; the numbers of the softmax rows stay floats.
private struct CompactLayer {
    let matrices: [BFloat16Storage]
    let statistics: FloatView

    init(_ sizes: ActivationSizes) {
        let widths = [
            sizes.attentionInput, sizes.shape.outputSize, sizes.hidden, 2 * sizes.intermediate,
        ]
        matrices = widths.map { BFloat16Storage(count: sizes.rows * $0) }
        statistics = FloatView(count: sizes.shape.statisticsCount)
    }

    func keep(_ activations: LayerActivations, _ arithmetic: Arithmetic) {
        for (matrix, storage) in zip(activations.matrices, matrices) {
            arithmetic.narrow(matrix.view, to: storage)
        }
        statistics.copy(from: activations.statistics)
    }

    func restore(to activations: LayerActivations, _ arithmetic: Arithmetic) {
        for (matrix, storage) in zip(activations.matrices, matrices) {
            arithmetic.widen(storage, to: matrix.view)
        }
        activations.statistics.copy(from: statistics)
    }
}

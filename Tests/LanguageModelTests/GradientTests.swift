import LanguageModel
import Numerics
import Testing

@Suite struct GradientTests {
    @Test("losses are those of the double-precision decoder", arguments: Example.all)
    func losses(_ example: Example) {
        let reference = ReferenceDecoder(
            example.configuration, example.parameters.view.array.map(Double.init))
        let expected = example.sequences.flatMap { reference.losses($0) }
        let losses = example.model().losses(of: example.sequences)
        #expect(losses.count == expected.count)
        for (loss, expected) in zip(losses, expected) {
            #expect(abs(Double(loss) - expected) < 2e-5 * max(1, expected))
        }
    }

    @Test(
        "gradients are the slopes along random directions", arguments: Example.all,
        [0, 0.1] as [Float])
    func slopes(_ example: Example, zLoss: Float) {
        let parameters = example.parameters.view.array.map(Double.init)
        let gradient = example.gradients(example.model(), zLoss: zLoss).gradient
        func loss(_ step: Double, _ direction: [Double]) -> Double {
            let moved = zip(parameters, direction).map { $0 + step * $1 }
            return ReferenceDecoder(example.configuration, moved, zLoss: Double(zLoss))
                .meanLoss(example.sequences)
        }
        for tensor in ParameterLayout(example.configuration).tensors {
            let random = CounterRandom(seed: 6, stream: UInt32(tensor.range.lowerBound))
            var direction = [Double](repeating: 0, count: parameters.count)
            for index in tensor.range {
                direction[index] = Double(random.normal(at: UInt64(index)))
            }
            let step = 1e-5
            let slope = (loss(step, direction) - loss(-step, direction)) / (2 * step)
            let ours = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * $1.1 }
            let size = tensor.range.reduce(0.0) { max($0, Double(abs(gradient[$1]))) }
            #expect(abs(ours - slope) <= 1e-4 * abs(slope) + 1e-5 * size + 1e-8, "\(tensor.name)")
        }
    }

    @Test(
        "the losses of a training step are the losses, with z-loss too", arguments: Example.all,
        [0, 0.1] as [Float])
    func lossesOfStep(_ example: Example, zLoss: Float) {
        let model = example.model()
        let losses = example.gradients(model, zLoss: zLoss).losses
        #expect(losses == model.losses(of: example.sequences))
    }
}

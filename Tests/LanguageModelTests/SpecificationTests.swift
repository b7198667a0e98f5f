import LanguageModel
import Numerics
import SpecifiedModel
import Testing

@Suite struct SpecificationTests {
    /// Coefficients of the z-loss, and how weights and activations are stored.
    static let variants: [(zLoss: Float, precision: Precision)] = [
        (0, .float32), (1e-4, .float32), (0.1, .float32), (0, .bfloat16),
    ]

    @Test(
        "losses and gradients are those of docs/model.md, bit for bit, with every instruction set",
        arguments: Example.all, variants)
    func gradients(_ example: Example, _ variant: (zLoss: Float, precision: Precision)) {
        let (zLoss, precision) = variant
        let model = example.model(precision: precision)
        var specified = SpecifiedDecoder(
            example.configuration, model.parameters.view.array, precision)
        for sequence in example.sequences {
            specified.run(sequence, lossScale: example.lossScale, zLoss: zLoss)
        }
        let expected = Bits((specified.losses, specified.flatGradient))
        for set in InstructionSet.available {
            let model = example.model(threads: 1, set, precision: precision)
            #expect(Bits(example.gradients(model, zLoss: zLoss)) == expected)
        }
    }
}

import LanguageModel
import Numerics
import Testing

@Suite struct SpecificationTests {
    @Test(
        "losses and gradients are those of docs/model.md, bit for bit, with every instruction set",
        arguments: Example.all, [0, 1e-4, 0.1] as [Float])
    func gradients(_ example: Example, zLoss: Float) {
        var specified = SpecifiedDecoder(
            example.configuration, example.parameters.view.array)
        for sequence in example.sequences {
            specified.run(sequence, lossScale: example.lossScale, zLoss: zLoss)
        }
        let expected = Bits((specified.losses, specified.flatGradient))
        for set in InstructionSet.available {
            let model = example.model(threads: 1, set)
            #expect(Bits(example.gradients(model, zLoss: zLoss)) == expected)
        }
    }
}

import LanguageModel
import Numerics
import Testing

@Suite struct SpecificationTests {
    @Test(
        "losses and gradients are those of docs/model.md, bit for bit", arguments: Example.all,
        [Precision.float32, .bfloat16])
    func gradients(_ example: Example, _ precision: Precision) {
        let model = example.model(precision: precision)
        var specified = SpecifiedDecoder(
            example.configuration, model.parameters.view.array, precision)
        for sequence in example.sequences {
            specified.run(sequence, lossScale: example.lossScale)
        }
        let expected = Bits((specified.losses, specified.flatGradient))
        #expect(Bits(example.gradients(model)) == expected)
    }
}

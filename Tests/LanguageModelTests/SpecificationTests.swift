import LanguageModel
import Numerics
import Testing

@Suite struct SpecificationTests {
    @Test("losses and gradients are those of docs/model.md, bit for bit", arguments: Example.all)
    func gradients(_ example: Example) {
        var specified = SpecifiedDecoder(
            example.configuration, example.parameters.view.array)
        for sequence in example.sequences {
            specified.run(sequence, lossScale: example.lossScale)
        }
        let expected = Bits((specified.losses, specified.flatGradient))
        #expect(Bits(example.gradients(example.model())) == expected)
    }
}

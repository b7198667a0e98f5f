import LanguageModel
import Numerics
import Testing

@Suite struct InitializationTests {
    private func layout() throws -> ParameterLayout {
        ParameterLayout(
            try ModelConfiguration(
                vocabularySize: 64, hiddenSize: 32, intermediateSize: 48, layerCount: 2,
                headCount: 4, contextLength: 8, tiesEmbeddings: true))
    }

    @Test("deviations are 0.02, and 0.01 before the residual stream of two layers")
    func deviations() throws {
        let layout = try layout()
        let parameters = Initialization.parameters(layout, seed: 1)
        for tensor in layout.tensors {
            let elements = parameters.view[tensor.range].array.map(Double.init)
            guard tensor.decays else {
                #expect(elements.allSatisfy { $0 == 1 })
                continue
            }
            let deviation = (elements.reduce(0) { $0 + $1 * $1 } / Double(elements.count))
                .squareRoot()
            let isLast = tensor.name.contains("o_proj") || tensor.name.contains("down_proj")
            #expect(abs(deviation / (isLast ? 0.01 : 0.02) - 1) < 0.1, "\(tensor.name)")
        }
    }

    @Test("each element is a function of seed and index")
    func elements() throws {
        let layout = try layout()
        let parameters = Initialization.parameters(layout, seed: 7)
        let normal = CounterRandom(seed: 7, stream: Initialization.stream).normal(at: 1_000)
        #expect(parameters.view[1_000] == normal * 0.02)
        #expect(Initialization.parameters(layout, seed: 8).view[1_000] != normal * 0.02)
    }
}

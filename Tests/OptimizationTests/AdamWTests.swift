import LanguageModel
import Numerics
import Optimization
import Testing

@Suite struct AdamWTests {
    /// What torch 2.13's AdamW gives with weight decay 0.1 and 0, after clipping the norm to 1.
    @Test("three clipped steps are PyTorch's")
    func torch() {
        let expected: [[Float]] = [
            [
                0.489500016, -1.23874998, 1.98800004, -0.00999767892, -0.739250004, 0.990000010,
                0.509999990, -0.25,
            ],
            [
                0.479750156, -1.22756135, 1.97606218, -0.0199356042, -0.728783607, 0.980050087,
                0.519260347, -0.25,
            ],
            [
                0.469907701, -1.21636426, 1.96411657, -0.0298833027, -0.718830824, 0.970080495,
                0.528623044, -0.25,
            ],
        ]
        let parameters = FloatStorage(copying: [0.5, -1.25, 2, 0, -0.75, 1, 0.5, -0.25])
        let (first, second) = (FloatStorage(count: 8), FloatStorage(count: 8))
        let tensors = [
            ParameterTensor(name: "matrix", shape: [1, 5], range: 0..<5, decays: true),
            ParameterTensor(name: "norm", shape: [3], range: 5..<8, decays: false),
        ]
        let arithmetic = Arithmetic(threads: 2)
        for (index, expected) in expected.enumerated() {
            let s = Float(index + 1)
            let gradient = FloatStorage(
                copying: [0.1 * s, -0.2, 0.3, 1e-4, -2 / s, 1, -0.5 * s, 0])
            let scale = GradientNorm.clipScale(
                norm: GradientNorm.globalNorm(gradient, arithmetic), maximum: 1)
            AdamW(.init(beta2: 0.95, weightDecay: 0.1)).step(
                parameters: .float32(parameters), gradient: gradient, firstMoment: first,
                secondMoment: second, tensors: tensors, learningRate: 0.01, step: index + 1,
                gradientScale: scale, arithmetic: arithmetic)
            for (ours, theirs) in zip(parameters.view.array, expected) {
                #expect(abs(ours - theirs) <= 2e-7 * abs(theirs) + 1e-8)
            }
        }
    }

    @Test("threads and instruction sets do not change a bit")
    func bits() throws {
        let configuration = try ModelConfiguration(
            vocabularySize: 301, hiddenSize: 63, intermediateSize: 50, layerCount: 1, headCount: 3,
            headSize: 6, contextLength: 4, tiesEmbeddings: true)
        let layout = ParameterLayout(configuration)
        func run(_ arithmetic: Arithmetic) -> [UInt32] {
            let parameters = Initialization.parameters(layout, seed: 1)
            let (first, second) = (
                FloatStorage(count: layout.count), FloatStorage(count: layout.count)
            )
            for step in 1...3 {
                AdamW(.init()).step(
                    parameters: .float32(parameters),
                    gradient: Initialization.parameters(layout, seed: UInt64(step + 1)),
                    firstMoment: first, secondMoment: second, layout: layout, learningRate: 0.01,
                    step: step, gradientScale: 0.5, arithmetic: arithmetic)
            }
            return parameters.view.array.map(\.bitPattern)
        }
        let expected = run(Arithmetic(threads: 1))
        for set in InstructionSet.available {
            #expect(run(Arithmetic(threads: 3, instructionSet: set)) == expected)
        }
    }

    @Test("only matrices decay")
    func decay() throws {
        let configuration = try ModelConfiguration(
            vocabularySize: 5, hiddenSize: 4, intermediateSize: 3, layerCount: 1, headCount: 1,
            contextLength: 2, tiesEmbeddings: false)
        let layout = ParameterLayout(configuration)
        let zeros = FloatStorage(count: layout.count)
        let parameters = Initialization.parameters(layout, seed: 1)
        let before = parameters.view.array
        AdamW(.init(weightDecay: 0.5)).step(
            parameters: .float32(parameters), gradient: zeros,
            firstMoment: FloatStorage(count: layout.count),
            secondMoment: FloatStorage(count: layout.count), layout: layout, learningRate: 0.5,
            step: 1, arithmetic: Arithmetic(threads: 1))
        for tensor in layout.tensors {
            for index in tensor.range {
                let expected = tensor.decays ? before[index] * 0.75 : before[index]
                #expect(parameters.view[index] == expected)
            }
        }
    }
}

@Suite struct GradientNormTests {
    @Test("clipping scales only norms above the maximum")
    func clipping() {
        #expect(GradientNorm.clipScale(norm: 0.5, maximum: 1) == 1)
        #expect(GradientNorm.clipScale(norm: 4, maximum: 1) == 1 / Float(4 + 1e-6))
        #expect(GradientNorm.clipScale(norm: .infinity, maximum: 1).isNaN)
        #expect(GradientNorm.clipScale(norm: .nan, maximum: 1).isNaN)
    }

    @Test("the norm is that of double precision")
    func norm() {
        let random = CounterRandom(seed: 1)
        let elements = (0..<10_001).map { random.normal(at: $0) }
        let exact = elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let norm = GradientNorm.globalNorm(FloatStorage(copying: elements), Arithmetic(threads: 2))
        #expect(abs(Double(norm) - exact) < 1e-6 * exact)
    }
}

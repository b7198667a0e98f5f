import LanguageModel
import Numerics

/// A small model with parameters and sequences drawn for a test.
struct Example: Sendable, CustomStringConvertible {
    let description: String
    let configuration: ModelConfiguration
    let sequences: [TokenSequence]

    init(
        _ description: String, V: Int, C: Int, F: Int, L: Int, H: Int, G: Int, D: Int? = nil,
        tied: Bool, B: Int, T: Int, family: ModelFamily = .llama, scaling: RotaryScaling? = nil,
        contextLength: Int? = nil, segments: [[Int]?] = [], resetsAttention: Bool = false
    ) {
        self.description = description
        guard
            let configuration = try? ModelConfiguration(
                family: family, vocabularySize: V, hiddenSize: C, intermediateSize: F,
                layerCount: L, headCount: H, keyValueHeadCount: G, headSize: D,
                contextLength: contextLength ?? T, ropeScaling: scaling, tiesEmbeddings: tied)
        else { preconditionFailure("the example is no model") }
        self.configuration = configuration
        let random = CounterRandom(seed: 3, stream: 9)
        sequences = (0..<B).map { sequence in
            let tokens = (0...T).map {
                UInt32(random.integer(below: UInt64(V), at: UInt64(sequence * (T + 1) + $0)))
            }
            return TokenSequence(
                tokens, segments: sequence < segments.count ? segments[sequence] : nil,
                resetsAttention: resetsAttention)
        }
    }

    /// Parameters large enough for every part of the model to matter.
    var parameters: FloatStorage {
        let layout = ParameterLayout(configuration)
        let storage = FloatStorage(count: layout.count)
        let random = CounterRandom(seed: 4, stream: 9)
        for tensor in layout.tensors {
            for index in tensor.range {
                let normal = random.normal(at: UInt64(index))
                let isNorm = tensor.name.hasSuffix("norm.weight")
                storage.view[index] = isNorm ? 1 + 0.2 * normal : 0.3 * normal
            }
        }
        return storage
    }

    func model(
        threads: Int = 2, _ instructionSet: InstructionSet = .best,
        precision: Precision = .float32
    ) -> LanguageModel {
        let arithmetic = Arithmetic(threads: threads, instructionSet: instructionSet)
        let rounded = BFloat16Storage(count: parameters.count)
        arithmetic.narrow(parameters.view, to: rounded)
        return LanguageModel(
            configuration: configuration,
            parameters: precision == .bfloat16 ? .bfloat16(rounded) : .float32(parameters),
            arithmetic: arithmetic)
    }

    /// Losses and gradients of the mean loss.
    func gradients(
        _ model: LanguageModel, zLoss: Float = 0, microBatch: Int = 8
    ) -> (losses: [Float], gradient: [Float]) {
        gradients(model, zLoss: zLoss, ActivationPlan(microBatch: microBatch))
    }

    /// Losses and gradients of the mean loss.
    func gradients(
        _ model: LanguageModel, zLoss: Float = 0, _ plan: ActivationPlan
    ) -> (losses: [Float], gradient: [Float]) {
        let gradient = FloatStorage(count: model.layout.count)
        let losses = model.accumulateGradients(
            of: sequences, into: gradient, lossScale: lossScale, zLoss: zLoss, plan: plan)
        return (losses, gradient.view.array)
    }

    /// 1 / the number of predicted tokens.
    var lossScale: Float { 1 / Float(sequences.reduce(0) { $0 + $1.predictedCount }) }

    static let all = [
        Example("tied", V: 23, C: 16, F: 24, L: 2, H: 2, G: 2, tied: true, B: 3, T: 9),
        Example("untied", V: 23, C: 16, F: 24, L: 2, H: 2, G: 2, tied: false, B: 3, T: 9),
        Example("grouped", V: 31, C: 24, F: 40, L: 1, H: 6, G: 2, tied: true, B: 2, T: 21),
        Example("odd", V: 19, C: 13, F: 7, L: 2, H: 3, G: 1, D: 6, tied: false, B: 5, T: 11),
        Example("one token", V: 5, C: 2, F: 1, L: 1, H: 1, G: 1, tied: true, B: 1, T: 1),
        Example("deep", V: 29, C: 12, F: 20, L: 5, H: 2, G: 1, tied: true, B: 4, T: 13),
        long, documents, apart,
        Example(
            "biases", V: 23, C: 14, F: 20, L: 2, H: 3, G: 1, D: 6, tied: true, B: 3, T: 10,
            family: .qwen2),
        Example(
            "linear", V: 19, C: 12, F: 16, L: 1, H: 2, G: 2, tied: false, B: 2, T: 9,
            family: .mistral, scaling: .linear(factor: 2.5)),
        Example(
            "dynamic", V: 19, C: 12, F: 16, L: 1, H: 2, G: 1, tied: true, B: 2, T: 20,
            scaling: .dynamic(factor: 3), contextLength: 8),
        Example(
            "llama3", V: 19, C: 16, F: 16, L: 1, H: 2, G: 1, D: 16, tied: true, B: 1, T: 30,
            scaling: .llama3(
                Llama3Scaling(
                    factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4,
                    originalContextLength: 200))),
        Example(
            "yarn and biases", V: 19, C: 16, F: 16, L: 2, H: 2, G: 1, D: 16, tied: false, B: 2,
            T: 25, family: .qwen2,
            scaling: .yarn(YaRNScaling(factor: 4, originalContextLength: 64))),
    ]

    /// Rows of several documents that see each other.
    static let documents = Example(
        "documents", V: 23, C: 16, F: 24, L: 2, H: 4, G: 2, tied: true, B: 3, T: 20,
        segments: [[6, 1, 9], [21], [2, 18]])

    /// Rows of documents that see only themselves, one row of a single text among them; the last
    /// document of a row may have no token to read, and padding may have none either.
    static let apart = Example(
        "documents apart", V: 23, C: 16, F: 24, L: 2, H: 4, G: 2, tied: false, B: 5, T: 70,
        segments: [[20, 33, 1, 9], nil, [70, 1], [2, 2, 66], [50, 20]], resetsAttention: true)

    static let long = Example(
        "long", V: 17, C: 8, F: 8, L: 1, H: 2, G: 1, tied: false, B: 1, T: 70)
}

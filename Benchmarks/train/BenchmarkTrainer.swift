import LanguageModel
import Numerics
import Optimization
import TrainShapes

/// A model in training: what PyTorch's loop does, zero, forward, backward and AdamW.
struct BenchmarkTrainer {
    private let shape: TrainShape
    private let microBatch: Int
    private let arithmetic: Arithmetic
    private let model: LanguageModel
    private let optimizer = AdamW(.init(beta2: 0.95, weightDecay: 0.1))
    private let gradient, firstMoment, secondMoment: FloatStorage
    private let sequences: [[UInt32]]
    private var steps = 0

    init(_ shape: TrainShape, microBatch: Int?, _ arithmetic: Arithmetic) throws {
        self.shape = shape
        self.microBatch =
            microBatch ?? max(1, min(shape.batch, MemoryDemand.microBatchTokens / shape.tokens))
        self.arithmetic = arithmetic
        let configuration = try shape.configuration
        let layout = ParameterLayout(configuration)
        model = LanguageModel(
            configuration: configuration,
            parameters: .float32(Initialization.parameters(layout, seed: 1)),
            arithmetic: arithmetic)
        gradient = FloatStorage(count: layout.count)
        firstMoment = FloatStorage(count: layout.count)
        secondMoment = FloatStorage(count: layout.count)
        let random = CounterRandom(seed: 2)
        let (T, V) = (shape.tokens, UInt64(shape.vocabulary))
        sequences = (0..<shape.batch).map { sequence in
            (0...T).map { UInt32(random.integer(below: V, at: UInt64(sequence * (T + 1) + $0))) }
        }
    }

    /// Takes one step and gives its mean loss.
    @discardableResult
    mutating func step() -> Float {
        steps += 1
        gradient.view.fill(0)
        let losses = model.accumulateGradients(
            of: sequences, into: gradient, lossScale: 1 / Float(shape.batch * shape.tokens),
            microBatch: microBatch)
        optimizer.step(
            parameters: model.parameters, gradient: gradient, firstMoment: firstMoment,
            secondMoment: secondMoment, layout: model.layout, learningRate: 1e-3, step: steps,
            arithmetic: arithmetic)
        return losses.reduce(0, +) / Float(losses.count)
    }

    /// What is being measured, as a JSON object.
    var description: String {
        """
        {"ready":true,"shape":\(shape.json),"parameters":\(model.layout.count),\
        "threads":\(arithmetic.threads),"micro_batch":\(microBatch),\
        "instruction_set":"\(arithmetic.instructionSet.rawValue)"}
        """
    }
}

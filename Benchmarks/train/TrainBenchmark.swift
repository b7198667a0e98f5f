import LanguageModel
import Numerics
import Optimization

/// Times whole training steps: `bench-train [nano|tiny|small] [threads] [micro-batch] [steps] [set]`.
@main
enum TrainBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map { $0 }
        func argument(_ index: Int) -> String? { index < arguments.count ? arguments[index] : nil }
        let name = argument(0) ?? "nano"
        let (configuration, batch) = try size(name)
        let microBatch = argument(2).flatMap(Int.init) ?? batch
        let steps = argument(3).flatMap(Int.init) ?? 10
        let arithmetic = Arithmetic(
            threads: argument(1).flatMap(Int.init) ?? 2,
            instructionSet: argument(4).flatMap(InstructionSet.init) ?? .best)
        let layout = ParameterLayout(configuration)
        let state = (0..<3).map { _ in FloatStorage(count: layout.count) }
        let model = LanguageModel(
            configuration: configuration,
            parameters: Initialization.parameters(layout, seed: 1), arithmetic: arithmetic)
        let random = CounterRandom(seed: 2)
        let (T, V) = (configuration.contextLength, UInt64(configuration.vocabularySize))
        let sequences = (0..<batch).map { sequence in
            (0...T).map { UInt32(random.integer(below: V, at: UInt64(sequence * (T + 1) + $0))) }
        }
        var times: [Double] = []
        var loss: Float = 0
        for step in 1...steps {
            let start = ContinuousClock.now
            state[0].view.fill(0)
            let losses = model.accumulateGradients(
                of: sequences, into: state[0], lossScale: 1 / Float(batch * T),
                microBatch: microBatch)
            let norm = GradientNorm.globalNorm(state[0], arithmetic)
            AdamW(.init(weightDecay: 0.1)).step(
                parameters: model.parameters, gradient: state[0], firstMoment: state[1],
                secondMoment: state[2], layout: layout, learningRate: 1e-3, step: step,
                gradientScale: GradientNorm.clipScale(norm: norm, maximum: 1),
                arithmetic: arithmetic)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            times.append(seconds)
            loss = losses.reduce(0, +) / Float(losses.count)
        }
        let median = times.sorted()[times.count / 2]
        print(
            "{\"name\":\"train-\(name)\",\"value\":\(Double(batch * T) / median),",
            "\"unit\":\"tokens/s\",\"step_seconds\":\(median),\"loss\":\(loss),",
            "\"threads\":\(arithmetic.threads),\"micro_batch\":\(microBatch),",
            "\"set\":\"\(arithmetic.instructionSet.rawValue)\"}", separator: "")
    }

    private static func size(_ name: String) throws -> (ModelConfiguration, Int) {
        let (d, L, H, F, V, T, B) =
            switch name {
            case "tiny": (288, 6, 6, 768, 4_096, 256, 16)
            case "small": (512, 8, 8, 1_376, 8_192, 512, 8)
            default: (128, 4, 4, 352, 512, 128, 32)
            }
        let configuration = try ModelConfiguration(
            vocabularySize: V, hiddenSize: d, intermediateSize: F, layerCount: L, headCount: H,
            contextLength: T, tiesEmbeddings: true)
        return (configuration, B)
    }
}

import LanguageModel
import Numerics
import Optimization
import UpdateCodec

/// A worker that trains a small decoder on the bytes of a text in rounds, with error feedback, as
/// SparseLoCo does: what it compresses is the update that is measured.
final class SampleWorker {
    static let rounds = 4
    static let steps = 15

    let layout: ParameterLayout
    /// The last round's pseudo-gradient with what was withheld before.
    let update: FloatStorage
    private let text: [UInt8]
    private let model: LanguageModel
    private let gradient, firstMoment, secondMoment: FloatStorage

    private static let (batch, context) = (8, 128)

    init(_ text: [UInt8]) throws {
        self.text = text
        let configuration = try ModelConfiguration(
            vocabularySize: 256, hiddenSize: 256, intermediateSize: 704, layerCount: 4,
            headCount: 4, contextLength: SampleWorker.context, tiesEmbeddings: true)
        layout = ParameterLayout(configuration)
        model = LanguageModel(
            configuration: configuration,
            parameters: .float32(Initialization.parameters(layout, seed: 1)),
            arithmetic: Arithmetic(threads: 2))
        gradient = FloatStorage(count: layout.count)
        firstMoment = FloatStorage(count: layout.count)
        secondMoment = FloatStorage(count: layout.count)
        update = FloatStorage(count: layout.count)
    }

    /// Trains all rounds.
    func train() {
        let codec = TensorCodec(chunk: 4096, keep: 64, values: .sign)
        for round in 0..<SampleWorker.rounds {
            let before = model.parameters.view[0..<layout.count].floats.array
            for step in 0..<SampleWorker.steps { take(round * SampleWorker.steps + step) }
            let after = model.parameters.view[0..<layout.count].floats
            for index in 0..<layout.count {
                update.view[index] = ElementaryFunctions.fused(
                    0.95, update.view[index], before[index] - after[index])
            }
            guard round < SampleWorker.rounds - 1 else { return }
            for tensor in layout.tensors {
                let part = update.view[tensor.range]
                codec.accumulate(codec.encode(part), times: -1, into: part)
            }
        }
    }

    private func take(_ step: Int) {
        let random = CounterRandom(seed: 1, stream: 3)
        let (batch, context) = (SampleWorker.batch, SampleWorker.context)
        let sequences = (0..<batch).map { row -> [UInt32] in
            let start = random.integer(
                below: UInt64(text.count - context), at: UInt64(step * batch + row) * 4)
            return text[Int(start)...Int(start) + context].map { UInt32($0) }
        }
        gradient.view.fill(0)
        _ = model.accumulateGradients(
            of: sequences, into: gradient, lossScale: 1 / Float(batch * context),
            microBatch: batch)
        let norm = GradientNorm.globalNorm(gradient, model.arithmetic)
        AdamW(.init(beta2: 0.95, weightDecay: 0.1)).step(
            parameters: model.parameters, gradient: gradient, firstMoment: firstMoment,
            secondMoment: secondMoment, layout: layout, learningRate: 1e-3, step: step + 1,
            gradientScale: GradientNorm.clipScale(norm: norm, maximum: 1),
            arithmetic: model.arithmetic)
    }
}

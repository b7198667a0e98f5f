import Foundation
import LanguageModel
import Numerics
import Optimization
import Testing

/// Known answers of whole training steps, in `Tests/Vectors/model-fingerprints.txt`.
@Suite struct TrainingFingerprintTests {
    @Test(
        "three steps of a tied and of an untied model give the published bits",
        arguments: [true, false], [Precision.float32, .bfloat16])
    func steps(tied: Bool, precision: Precision) throws {
        let configuration = try ModelConfiguration(
            vocabularySize: 67, hiddenSize: 40, intermediateSize: 56, layerCount: 2, headCount: 4,
            keyValueHeadCount: 2, contextLength: 50, tiesEmbeddings: tied)
        let answers = try publishedAnswers()
        let name = (tied ? "tied" : "untied") + (precision == .bfloat16 ? "-bf16" : "")
        for set in InstructionSet.available {
            let run = TrainingRun(
                configuration, precision, Arithmetic(threads: 2, instructionSet: set))
            #expect(answers["\(name)-initial"] == run.fingerprint)
            for step in 1...3 {
                let losses = run.step(step)
                #expect(answers["\(name)-losses-\(step)"] == hexadecimal(losses))
                #expect(answers["\(name)-parameters-\(step)"] == run.fingerprint)
            }
        }
    }

    private func publishedAnswers() throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/model-fingerprints.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        let pairs = lines.map { $0.split(separator: " ") }.map { (String($0[0]), String($0[1])) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

/// A model in training: seed 1, sequences of 50 tokens from stream 2, rate 0.01, norm at most 1.
///
/// In bfloat16 the weights are rounded to nearest at first, then by noise of seed 1, stream 3.
private final class TrainingRun {
    let model: LanguageModel
    let moments: [FloatStorage]

    init(_ configuration: ModelConfiguration, _ precision: Precision, _ arithmetic: Arithmetic) {
        let layout = ParameterLayout(configuration)
        let parameters = Initialization.parameters(layout, seed: 1)
        let rounded = BFloat16Storage(count: layout.count)
        arithmetic.narrow(parameters.view, to: rounded)
        model = LanguageModel(
            configuration: configuration,
            parameters: precision == .bfloat16 ? .bfloat16(rounded) : .float32(parameters),
            arithmetic: arithmetic)
        moments = (0..<2).map { _ in FloatStorage(count: layout.count) }
    }

    var fingerprint: String { hexadecimal(model.parameters.view.array) }

    /// Takes a step over four sequences; gives the losses.
    func step(_ step: Int) -> [Float] {
        let random = CounterRandom(seed: 1, stream: 2)
        let sequences = (0..<4).map { sequence in
            (0...50).map { token in
                let index = UInt64((step * 4 + sequence) * 51 + token)
                return UInt32(random.integer(below: 67, at: index))
            }
        }
        let gradient = FloatStorage(count: model.layout.count)
        let losses = model.accumulateGradients(
            of: sequences, into: gradient, lossScale: 1 / 200, microBatch: 3)
        let norm = GradientNorm.globalNorm(gradient, model.arithmetic)
        AdamW(.init(beta2: 0.95, weightDecay: 0.1)).step(
            parameters: model.parameters, gradient: gradient, firstMoment: moments[0],
            secondMoment: moments[1], layout: model.layout, learningRate: 0.01, step: step,
            gradientScale: GradientNorm.clipScale(norm: norm, maximum: 1),
            rounding: CounterRandom(seed: 1, stream: 3), arithmetic: model.arithmetic)
        return losses
    }
}

/// The fingerprint of floats as sixteen digits.
private func hexadecimal(_ floats: [Float]) -> String {
    let digits = String(Fingerprint.of(floats), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

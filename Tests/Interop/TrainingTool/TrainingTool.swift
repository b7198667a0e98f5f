import Encodings
import Foundation
import LanguageModel
import Numerics
import Optimization

/// Trains a model with AdamW and writes the loss of each step for another program to compare.
///
/// Arguments: `config.json`, parameters (float32, little-endian, in the layout's order), tokens
/// (uint32, sequences of T + 1, all steps' batches one after the other), T, sequences a step, the
/// learning rate, and the file to write: mean losses, float32. The moments' rates are 0.9 and 0.95,
/// the decay 0.1, the largest norm 1.
@main
enum TrainingTool {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 8, let length = Int(arguments[4]),
            let batch = Int(arguments[5]), let rate = Float(arguments[6])
        else {
            FileHandle.standardError.write(Data("interop-training: wrong arguments\n".utf8))
            exit(64)
        }
        let config = try JSON(parsing: Array(read(arguments[1])))
        let arithmetic = Arithmetic(threads: 2)
        let model = LanguageModel(
            configuration: try ModelConfiguration(huggingFace: config),
            parameters: .float32(FloatStorage(copying: elements(try read(arguments[2])))),
            arithmetic: arithmetic)
        let tokens: [UInt32] = elements(try read(arguments[3]))
        let sequences = stride(from: 0, to: tokens.count, by: length + 1).map {
            Array(tokens[$0..<$0 + length + 1])
        }
        var trainer = Trainer(model, rate: rate)
        let losses = stride(from: 0, to: sequences.count, by: batch).map {
            trainer.step(Array(sequences[$0..<$0 + batch]))
        }
        let data = unsafe losses.withUnsafeBytes { unsafe Data($0) }
        try data.write(to: URL(fileURLWithPath: arguments[7]))
    }

    private static func read(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }

    private static func elements<Element>(_ data: Data) -> [Element] {
        unsafe data.withUnsafeBytes { bytes in
            unsafe Array(bytes.bindMemory(to: Element.self))
        }
    }
}

/// A model and its moments.
private struct Trainer {
    let model: LanguageModel
    let rate: Float
    let optimizer = AdamW(AdamW.Settings(beta1: 0.9, beta2: 0.95, weightDecay: 0.1))
    let moments: [FloatStorage]
    var step = 0

    init(_ model: LanguageModel, rate: Float) {
        self.model = model
        self.rate = rate
        moments = (0..<2).map { _ in FloatStorage(count: model.layout.count) }
    }

    /// Takes a step and gives the mean loss before it.
    mutating func step(_ sequences: [[UInt32]]) -> Float {
        step += 1
        let gradient = FloatStorage(count: model.layout.count)
        let tokens = sequences.reduce(0) { $0 + $1.count - 1 }
        let losses = model.accumulateGradients(
            of: sequences, into: gradient, lossScale: 1 / Float(tokens), microBatch: 2)
        let norm = GradientNorm.globalNorm(gradient, model.arithmetic)
        optimizer.step(
            parameters: model.parameters, gradient: gradient, firstMoment: moments[0],
            secondMoment: moments[1], layout: model.layout, learningRate: rate, step: step,
            gradientScale: GradientNorm.clipScale(norm: norm, maximum: 1),
            arithmetic: model.arithmetic)
        return Float(losses.reduce(0.0) { $0 + Double($1) } / Double(tokens))
    }
}

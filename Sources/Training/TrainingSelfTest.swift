package import Encodings
import LanguageModel
package import Numerics
import Optimization
import Rounds
package import Storage

/// A check at start-up: two whole training steps of a tiny model have their known answer.
///
/// It runs every kernel of training that `ArithmeticSelfTest` does not reach alone, and chains
/// longer than one block of the matrix product. A machine that fails it must judge nobody.
package enum TrainingSelfTest {
    /// The state root after the steps under arithmetic version 1.
    package static let knownAnswer =
        "46ebcb0f795bf78de771f01bc9098020184aaa333beb07e7eb435bb1c61b792e"

    /// Trains the tiny model with `arithmetic` and compares the state root.
    package static func run(_ arithmetic: Arithmetic) throws(ArithmeticUnavailable) {
        let found = (try? fingerprint(arithmetic).hex) ?? "none"
        guard found == knownAnswer else {
            throw ArithmeticUnavailable(
                reason: "training under \(arithmetic.instructionSet.rawValue) gives the state "
                    + "\(found), not \(knownAnswer)")
        }
    }

    /// The state root after two steps.
    package static func fingerprint(
        _ arithmetic: Arithmetic
    ) throws(MalformedInput) -> Digest {
        let configuration = try ModelConfiguration(
            vocabularySize: vocabularySize, hiddenSize: 24, intermediateSize: 40, layerCount: 2,
            headCount: 4, keyValueHeadCount: 2, headSize: 6, contextLength: sequenceLength,
            tiesEmbeddings: true)
        let layout = ParameterLayout(configuration)
        let parameters = WeightStorage.float32(Initialization.parameters(layout, seed: 1))
        let model = LanguageModel(
            configuration: configuration, parameters: parameters, arithmetic: arithmetic)
        let gradient = FloatStorage(count: layout.count)
        let firstMoment = FloatStorage(count: layout.count)
        let secondMoment = FloatStorage(count: layout.count)
        for step in 1...2 {
            gradient.view.fill(0)
            _ = model.accumulateGradients(
                of: sequences(step), into: gradient,
                lossScale: 1 / Float(sequenceCount * sequenceLength), microBatch: sequenceCount)
            let norm = GradientNorm.globalNorm(gradient, arithmetic)
            AdamW(AdamW.Settings()).step(
                parameters: parameters, gradient: gradient, firstMoment: firstMoment,
                secondMoment: secondMoment, layout: layout, learningRate: 1e-2, step: step,
                gradientScale: GradientNorm.clipScale(norm: norm, maximum: 0.5),
                arithmetic: arithmetic)
        }
        return StateRoot.root(
            steps: 2, optimizerSteps: 2,
            buffers: [
                ("parameters", parameters), ("first_moment", .float32(firstMoment)),
                ("second_moment", .float32(secondMoment)),
            ], layout: layout, arithmetic: arithmetic)
    }

    /// 408 tokens a step, more than one block of 384 in the chains of the weights' gradients.
    private static let sequenceCount = 6
    private static let sequenceLength = 68

    private static let vocabularySize = 37

    private static func sequences(_ step: Int) -> [[UInt32]] {
        let random = CounterRandom(seed: UInt64(step), stream: 2)
        return (0..<sequenceCount).map { sequence in
            (0...sequenceLength).map { position in
                let index = UInt64(sequence * (sequenceLength + 1) + position)
                return UInt32(random.integer(below: UInt64(vocabularySize), at: index))
            }
        }
    }
}

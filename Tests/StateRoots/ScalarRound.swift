import Corpus
import Identity
import LanguageModel
import Numerics
import Optimization
import Rounds
import SpecifiedModel
import Storage
import Training

/// A worker's first round by `docs/model.md` alone, one number at a time.
enum ScalarRound {
    /// The state after the last step.
    static func root(_ inputs: LocalRound.Inputs) throws -> Digest {
        let (run, model) = (inputs.run, inputs.base.configuration)
        let steps = Int(inputs.assignment.steps)
        guard case .adamW(let adamW) = run.optimizer.rule, let clip = run.optimizer.gradientClip
        else { throw Failure("the sample trains with AdamW") }
        let count = inputs.base.layout.count
        var optimizer = SpecifiedOptimizer(
            inputs.base.parameters.view.array, model,
            .init(
                beta1: adamW.beta1, beta2: adamW.beta2, epsilon: adamW.epsilon,
                weightDecay: adamW.weightDecay, largestNorm: clip),
            rounding: run.arithmetic == .exactBFloat16 ? noise(inputs) : nil)
        for step in 0..<steps {
            var decoder = SpecifiedDecoder(
                model, optimizer.parameters, run.arithmetic.precision)
            let sequences = inputs.assignment.sequences(ofStep: step).map {
                inputs.corpus.tokenSequence(Int($0), of: .train)
            }
            let tokens = sequences.reduce(0) { $0 + $1.predictedCount }
            for sequence in sequences {
                decoder.run(
                    sequence, lossScale: 1 / Float(tokens),
                    zLoss: run.optimizer.zLoss)
            }
            optimizer.step(
                step + 1, gradient: decoder.flatGradient,
                learningRate: run.schedule.rate(at: step))
        }
        return StateRoot.root(
            steps: steps, optimizerSteps: steps,
            buffers: [
                ("parameters", .float32(FloatStorage(copying: optimizer.parameters))),
                ("first_moment", .float32(FloatStorage(copying: optimizer.firstMoment))),
                ("second_moment", .float32(FloatStorage(copying: optimizer.secondMoment))),
                ("residual", .float32(FloatStorage(count: count))),
            ], layout: inputs.base.layout, arithmetic: Arithmetic(threads: 1))
    }

    /// Section 9: stream 3 under the first eight bytes of a digest, the lowest first.
    private static func noise(_ inputs: LocalRound.Inputs) -> CounterRandom {
        let lines = "nous-tools rounding v1\n\(inputs.run.digest.hex)\n\(inputs.worker.base58)"
        let seed = Digest(hashing: Array(lines.utf8)).bytes[0..<8].enumerated().reduce(UInt64(0)) {
            $0 + UInt64($1.element) << UInt64(8 * $1.offset)
        }
        return CounterRandom(seed: seed, stream: 3)
    }
}

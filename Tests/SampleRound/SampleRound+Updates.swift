import Corpus
import LanguageModel
package import Numerics
package import Rounds
import Training
import UpdateCodec

extension SampleRound {
    /// What a receiver decodes of a contribution's update, in layout order.
    package func decoded(_ contribution: Contribution) -> [Float] {
        let values = FloatStorage(count: base.layout.count)
        for (tensor, encoded) in zip(base.layout.tensors, contribution.update) {
            run.codec.codec.decode(
                encoded, into: values.view[tensor.range], shape: tensor.shape,
                Arithmetic(threads: 1))
        }
        return values.view.array
    }
    /// The gradient of a worker's assignment as one batch, at the base's weights or others.
    package func gradient(worker: Int, at weights: FloatStorage? = nil) -> [Float] {
        let model = LanguageModel(
            configuration: run.model, parameters: .float32(weights ?? base.parameters),
            arithmetic: Arithmetic(threads: 1))
        let gradient = FloatStorage(count: base.layout.count)
        let sequences = assignments[worker].sequences.map {
            corpus.tokenSequence(Int($0), of: .train)
        }
        _ = model.accumulateGradients(
            of: sequences, into: gradient,
            lossScale: 1 / Float(sequences.count * corpus.sequenceLength),
            plan: ActivationPlan(microBatch: sequences.count))
        return gradient.view.array
    }
}

import Artifacts
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Training

/// The first two rounds of worker 0, trained once for all tests.
enum Sample {
    static let first = SampleRound.first
    static let layout = first.base.layout
    static let codec = first.run.codec.codec

    /// Worker 0's first round.
    static let firstResult = Result { try first.train(worker: 0) }

    /// A second round that begins from other weights than the first.
    static let second = SampleRound(run: first.run, base: secondBase)

    /// Worker 0's second round, from the state of the first.
    static let secondResult = Result {
        try second.train(worker: 0, state: firstResult.get().state)
    }

    /// What decides a contribution's digest, without a signature.
    static func bundle(_ contribution: Contribution) -> Artifact {
        contribution.artifact(layout: layout, codec: codec)
    }

    /// A round at its beginning.
    static func begin(
        _ inputs: LocalRound.Inputs, threads: Int = 1, microBatch: Int = 8
    ) -> LocalRound {
        LocalRound(inputs, microBatch: microBatch, arithmetic: Arithmetic(threads: threads))
    }

    /// Weights that no merge of the first round gives.
    static let secondBase: Checkpoint = {
        let parameters = FloatStorage(copying: first.base.parameters.view.array.map { $0 * 1.25 })
        return Checkpoint(
            configuration: first.run.model, parameters: parameters, outerMomentum: nil,
            tokenizer: first.base.tokenizer, endToken: first.base.endToken,
            lineage: Lineage(
                run: first.run.digest, round: 1, parent: first.base.digest, contributions: []))
    }()
}

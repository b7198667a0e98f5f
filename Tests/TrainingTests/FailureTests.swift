import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Testing
import Training

@Suite("Training that goes wrong") struct FailureTests {
    /// The first round from a base whose weights are `factor` times those of the sample.
    static func round(_ factor: Float) -> SampleRound {
        let (run, base) = (SampleRound.first.run, SampleRound.first.base)
        let parameters = FloatStorage(copying: base.parameters.view.array.map { $0 * factor })
        return SampleRound(run: run, base: checkpoint(base, parameters))
    }

    /// A checkpoint with other weights.
    static func checkpoint(_ base: Checkpoint, _ parameters: FloatStorage) -> Checkpoint {
        Checkpoint(
            configuration: base.configuration, parameters: parameters, outerMomentum: nil,
            tokenizer: base.tokenizer, endToken: base.endToken, lineage: base.lineage)
    }

    @Test("stops at a loss that is not a number") func notFinite() throws {
        let failure = try #require(throws: TrainingFailure.self) {
            try Self.round(1e15).train(worker: 0)
        }
        #expect(failure.step == 0)
        #expect(
            failure.description
                == "step 1: expected a loss of at most 1099511 nats and a finite gradient, "
                + "found loss nan and gradient norm nan")
    }

    @Test("stops at a loss too large for a claim to state") func tooLarge() throws {
        let failure = try #require(throws: TrainingFailure.self) {
            try Self.round(1e4).train(worker: 0)
        }
        #expect(failure.description.contains("found loss 23743163.958333332 and gradient norm "))
    }

    @Test("stops at weights that are not finite, though they take no part in the loss")
    func weightsNotFinite() throws {
        // Rows 280 to 299 of an untied embedding belong to no token.
        let run = SampleRound.sample([
            "model.vocab_size": 300, "model.tie_word_embeddings": false,
        ]).run
        let base = SampleRound.initialCheckpoint(run)
        base.parameters.view[280 * 16..<300 * 16].fill(.infinity)
        let failure = try #require(throws: TrainingFailure.self) {
            try SampleRound(run: run, base: Self.checkpoint(base, base.parameters)).train(worker: 2)
        }
        #expect(failure.description == "step 1: expected a finite update, found another")
    }

    @Test(
        "either stops or gives a contribution and a state that are read back",
        arguments: (-38...38).map { Float(sign: .plus, exponent: $0 * 3, significand: 1) })
    func alwaysReadable(factor: Float) throws {
        let round = Self.round(factor)
        guard let (contribution, state) = try? round.train(worker: 2) else { return }
        let layout = round.base.layout
        let codec = round.run.codec.codec
        let read = try Contribution(
            contribution.artifact(layout: layout, codec: codec), layout: layout, codec: codec)
        #expect(read.claim == contribution.claim)
        #expect(throws: Never.self) {
            try WorkerState(state.artifact(layout: layout), layout: layout)
        }
    }
}

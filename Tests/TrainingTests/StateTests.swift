import Artifacts
import Corpus
import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Training
import UpdateCodec

@Suite("A worker's state from round to round") struct StateTests {
    @Test("what is sent and what is withheld are the fed-back pseudo-gradient")
    func residual() throws {
        let state = try Sample.firstResult.get().state
        var round = Sample.begin(Sample.second.inputs(worker: 0, state: state))
        while !round.isComplete { try round.advance() }
        let file = try SafetensorsReader(round.snapshot().member("snapshot.safetensors"))
        let trained = try Sample.layout.tensors.flatMap {
            try file.floats(named: "parameters." + $0.name)
        }
        let (contribution, after) = try round.finish()
        let sent = FloatStorage(count: Sample.layout.count)
        for (tensor, update) in zip(Sample.layout.tensors, contribution.update) {
            Sample.codec.codec.accumulate(update, times: 1, into: sent.view[tensor.range])
        }
        let base = Sample.second.base.parameters.view.array
        for index in trained.indices {
            let pseudoGradient = base[index] - trained[index]
            let fedBack = pseudoGradient.addingProduct(0.9, state.residual.view[index])
            #expect(after.residual.view[index] == fedBack - sent.view[index])
        }
    }

    @Test("a quarter of each chunk is sent, and some of it was withheld before")
    func sparsity() throws {
        let (contribution, state) = try Sample.firstResult.get()
        var sent = 0
        for (tensor, update) in zip(Sample.layout.tensors, contribution.update) {
            Sample.codec.codec.forEachElement(of: update, count: tensor.range.count) { _, _ in
                sent += 1
            }
        }
        #expect(sent == Sample.layout.count / 4)
        #expect(state.residual.view.array.contains { $0 != 0 })
    }

    @Test("the second round opens with the state of the first") func opening() throws {
        let state = try Sample.firstResult.get().state
        let (contribution, after) = try Sample.secondResult.get()
        #expect(state.round == 1 && state.optimizerSteps == 5)
        #expect(after.round == 2 && after.optimizerSteps == 10)
        let digest = state.artifact(layout: Sample.layout).digest
        #expect(contribution.claim.stateBefore == digest)
        #expect(
            contribution.claim.stateAfter == after.artifact(layout: Sample.layout).digest)
        #expect(try Sample.firstResult.get().contribution.claim.stateAfter == digest)
        let root = StateRoot.root(
            steps: 0, optimizerSteps: 5,
            buffers: [
                ("parameters", .float32(Sample.second.base.parameters)),
                ("first_moment", .float32(state.firstMoment)),
                ("second_moment", .float32(state.secondMoment)),
                ("residual", .float32(state.residual)),
            ], layout: Sample.layout, arithmetic: Arithmetic(threads: 1))
        #expect(contribution.trace.first?.opening == root)
    }

    @Test("every part of the state counts", arguments: ["none", "moments", "residual", "steps"])
    func partsCount(part: String) throws {
        let state = try Sample.firstResult.get().state
        let zeros = FloatStorage(count: Sample.layout.count)
        let changed = WorkerState(
            run: state.run, worker: state.worker, round: state.round,
            optimizerSteps: part == "steps" ? 0 : state.optimizerSteps,
            firstMoment: part == "moments" ? zeros : state.firstMoment,
            secondMoment: state.secondMoment,
            residual: part == "residual" ? zeros : state.residual)
        let update = try Sample.second.train(worker: 0, state: changed).contribution.update
        #expect((update == (try Sample.secondResult.get().contribution.update)) == (part == "none"))
    }

    @Test("training leaves its inputs alone") func inputsStay() throws {
        let state = try Sample.firstResult.get().state
        let before = state.artifact(layout: Sample.layout)
        _ = try Sample.second.train(worker: 0, state: state)
        #expect(state.artifact(layout: Sample.layout) == before)
        #expect(Sample.second.base.artifact.digest == Sample.second.base.digest)
    }

    @Test(
        "the claim counts steps, tokens and losses", arguments: [5, 3, 1].enumerated().map { $0 })
    func claim(worker: Int, steps: Int) throws {
        let claim = try Sample.first.train(worker: worker).contribution.claim
        #expect(claim.steps == steps)
        #expect(claim.tokens == steps * 3 * 8)
        #expect(claim.losses.count == steps)
        // A fresh model knows nothing: ln 280 = 5.63 nats.
        #expect((5_500_000...5_800_000).contains(claim.losses[0]))
        #expect(claim.stateBefore == nil)
        #expect(claim.round == 1)
        #expect(claim.data == Sample.first.corpus.dataRoot)
        #expect(claim.assignment == Sample.first.assignments[worker].digest)
    }

    @Test("every worker's round advances the schedule alike", arguments: 0..<3)
    func schedule(worker: Int) throws {
        let changes: [String: JSON?] = [
            "schedule.kind": "linear", "schedule.warmup_steps": 0, "schedule.total_steps": 4,
            "schedule.final_fraction": 0,
        ]
        let first = SampleRound.sample(changes)
        let second = SampleRound(run: first.run, base: Sample.secondBase)
        let moves = try [first, second].map { round in
            try round.train(worker: worker).contribution.update.contains { tensor in
                tensor.bytes.contains { $0 != 0 }
            }
        }
        // The rate falls to 0 over the four schedule steps of round 1, so round 2 changes nothing.
        #expect(moves == [true, false])
    }
}

import Encodings
import Rounds
import SampleRound
import Testing
import Training

/// What a step reports, what the run file may ask of it, and what stops it.
@Suite("A step") struct StepTests {
    @Test("reports the loss of the contribution, the learning rate and the norm")
    func report() throws {
        var round = Sample.begin(Sample.first.inputs(worker: 0))
        var reports: [StepReport] = []
        while !round.isComplete { reports.append(try #require(try round.advance())) }
        // Five steps of a worker are four of the schedule, two of them warm-up.
        #expect(reports.map(\.learningRate) == [0.005, 0.005, 0.01, 0.01, 0.01])
        #expect(reports.allSatisfy { $0.gradientNorm > 0 })
        let claim = try round.finish().contribution.claim
        #expect(claim.losses == reports.map(\.lossMicronats))
    }

    @Test("stopped between micro-batches leaves no trace", arguments: [0, 1, 2])
    func stopped(microBatches: Int) throws {
        let expected = try Sample.firstResult.get()
        var round = Sample.begin(Sample.first.inputs(worker: 0), microBatch: 1)
        while !round.isComplete {
            var asked = 0
            let report = try round.advance {
                asked += 1
                return asked > microBatches
            }
            #expect(report == nil)
            #expect(try round.advance() != nil)
        }
        let (contribution, state) = try round.finish()
        #expect(Sample.bundle(contribution) == Sample.bundle(expected.contribution))
        #expect(
            state.artifact(layout: Sample.layout)
                == expected.state.artifact(layout: Sample.layout))
    }

    @Test("with z-loss moves other weights, and its own loss stays the cross-entropy")
    func zLoss() throws {
        let plain = try SampleRound.sample([:]).train(worker: 0).contribution
        let none = try SampleRound.sample(["optimizer.z_loss": 0]).train(worker: 0).contribution
        let some = try SampleRound.sample(["optimizer.z_loss": .number("0.1")])
            .train(worker: 0).contribution
        #expect(none.update == plain.update)
        #expect(none.claim.losses == plain.claim.losses)
        #expect(some.update != plain.update)
        #expect(some.claim.losses[0] == plain.claim.losses[0])
        #expect(some.claim.losses[1] != plain.claim.losses[1])
    }

    @Test("beyond the run's limit of the gradient's norm fails")
    func gradientNormLimit() throws {
        var first = Sample.begin(Sample.first.inputs(worker: 0))
        let norm = try #require(try first.advance()).gradientNorm
        let limits: [Float: Bool] = [norm: true, norm.nextDown: false]
        for (limit, passes) in limits {
            let round = SampleRound.sample(["optimizer.gradient_norm_limit": .number("\(limit)")])
            var local = Sample.begin(round.inputs(worker: 0))
            guard !passes else {
                try local.advance()
                continue
            }
            let failure = try #require(throws: TrainingFailure.self) { try local.advance() }
            #expect(
                failure.description
                    == "step 1: expected a gradient norm of at most \(limit), found \(norm)")
        }
    }
}

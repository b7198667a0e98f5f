import Artifacts
import Encodings
import LanguageModel
import Numerics
import Optimization
import Rounds
import SampleRound
import Storage
import Testing
import Training

@Suite("Whatever a worker computes in a round") struct MethodTests {
    /// The round after `first`, from other weights.
    static func second(_ first: SampleRound) -> SampleRound {
        let parameters = FloatStorage(copying: first.base.parameters.view.array.map { $0 * 1.25 })
        return SampleRound(
            run: first.run,
            base: Checkpoint(
                configuration: first.run.model, parameters: parameters, outerMomentum: nil,
                tokenizer: first.base.tokenizer, endToken: first.base.endToken,
                lineage: Lineage(
                    run: first.run.digest, round: 1, parent: first.base.digest,
                    contributions: [])))
    }

    static func bundles(
        _ result: (contribution: Contribution, state: WorkerState), _ round: SampleRound
    ) -> [Artifact] {
        [
            round.artifact(result.contribution, signedBy: 0),
            result.state.artifact(layout: round.base.layout),
        ]
    }

    @Test(
        "threads, micro-batches and instructions leave the bits alone", arguments: SampleMethod.all)
    func sameBits(method: SampleMethod) throws {
        let first = method.round
        let second = Self.second(first)
        let state = try first.train(worker: 0).state
        let expected = Self.bundles(try second.train(worker: 0, state: state), second)
        for set in InstructionSet.available {
            let other = try second.train(
                worker: 0, state: state, microBatch: 2, threads: 2, instructionSet: set)
            #expect(Self.bundles(other, second) == expected)
        }
    }

    @Test("interrupted, it goes on to the same bits", arguments: SampleMethod.all, [0, 2, 3])
    func resumes(method: SampleMethod, steps: Int) throws {
        let first = method.round
        let second = Self.second(first)
        let state = try first.train(worker: 0).state
        let inputs = second.inputs(worker: 0, state: state)
        var begun = LocalRound(inputs, microBatch: 2, arithmetic: Arithmetic(threads: 1))
        while begun.step < steps { try begun.advance() }
        let snapshot = try Artifact.read(bytes: begun.snapshot().fileBytes(), expecting: .snapshot)
        var round = LocalRound(inputs, microBatch: 8, arithmetic: Arithmetic(threads: 2))
        #expect(try round.resume(from: snapshot))
        while !round.isComplete { try round.advance() }
        #expect(
            Self.bundles(try round.finish(), second)
                == Self.bundles(try second.train(worker: 0, state: state), second))
    }

    @Test("a round that does not commit to states does the same work", arguments: SampleMethod.all)
    func withoutCommitments(method: SampleMethod) throws {
        let round = method.round
        let expected = try round.train(worker: 0)
        var local = LocalRound(
            round.inputs(worker: 0), activations: ActivationPlan(microBatch: 8),
            commitsToStates: false, arithmetic: Arithmetic(threads: 1))
        while !local.isComplete { try local.advance() }
        let (contribution, state) = try local.finish()
        #expect(contribution.update == expected.contribution.update)
        #expect(contribution.claim.losses == expected.contribution.claim.losses)
        #expect(contribution.trace.allSatisfy { $0.closing == Digest(hashing: []) })
        #expect(state.residual.view.array == expected.state.residual.view.array)
    }

    @Test("plain steps and gradients leave no moments behind", arguments: SampleMethod.all)
    func moments(method: SampleMethod) throws {
        let round = method.round
        let state = try round.train(worker: 0).state
        let isEmpty = state.firstMoment.view.array.allSatisfy { $0 == 0 }
        #expect(isEmpty == round.run.optimizer.keepsDisplacement)
    }

    @Test("a joiner's rate rises to the schedule's over its first steps") func joiner() throws {
        let first = SampleRound.sample([
            "optimizer.joiner_warmup_steps": 7, "schedule.warmup_steps": 0,
        ])
        var round = LocalRound(
            first.inputs(worker: 0), microBatch: 8, arithmetic: Arithmetic(threads: 1))
        var rates: [Float] = []
        while !round.isComplete { rates.append(try #require(try round.advance()).learningRate) }
        #expect(rates == (1...5).map { Float(Double(Float(0.01)) * (Double($0) / 7)) })
        let state = try round.finish().state
        let second = Self.second(first)
        var next = LocalRound(
            second.inputs(worker: 0, state: state), microBatch: 8,
            arithmetic: Arithmetic(threads: 1))
        #expect(try next.advance()?.learningRate == Float(Double(Float(0.01)) * (6.0 / 7)))
        #expect(try next.advance()?.learningRate == 0.01)
    }

    @Test("the gradient of a worker is that of all its batches at once") func meanGradient() throws
    {
        let round = SampleRound.sample([
            "optimizer": ["name": "gradient"], "codec.keep": 64, "codec.values": "float32",
            "codec.error_feedback": 0,
        ])
        let contribution = try round.train(worker: 0).contribution
        let gradient = round.gradient(worker: 0)
        let largest = gradient.map(\.magnitude).max() ?? 0
        let sent = round.decoded(contribution)
        #expect(largest > 0)
        for (index, value) in gradient.enumerated() {
            #expect(abs(sent[index] - value) <= 1e-6 * largest)
        }
    }

    @Test("looking ahead moves the gradient, from the second round on") func lookAhead() throws {
        func rounds(_ looksAhead: Bool) throws -> [Contribution] {
            let first = SampleRound.sample([
                "optimizer": [
                    "name": "gradient", "times_rate": true, "look_ahead": .bool(looksAhead),
                ]
            ])
            let result = try first.train(worker: 0)
            return [
                result.contribution,
                try Self.second(first).train(worker: 0, state: result.state).contribution,
            ]
        }
        let (plain, ahead) = (try rounds(false), try rounds(true))
        #expect(plain[0].claim.losses == ahead[0].claim.losses)
        #expect(plain[1].claim.losses != ahead[1].claim.losses)
    }
}

import Artifacts
import Rounds
import SampleRound
import Storage
import Testing
import Verification

@Suite("The state a worker begins from") struct StateLieTests {
    static let second = Court.first.next()
    static let third = second.next()

    static func states() throws -> [WorkerState] {
        let first = try Court.honest[0].get().state
        return [first, try second.train(worker: 0, state: first).state]
    }

    static func digest(_ state: WorkerState) -> Digest {
        state.artifact(layout: Court.first.base.layout).digest
    }

    @Test("a judge without the state cannot verify") func unknown() throws {
        let state = try Self.states()[0]
        let artifact = try Self.second.published(worker: 0, state: state)
        let finding = try Court.judge(artifact, in: Self.second, lastState: .unknown)
        #expect(finding.outcome == .cannotVerify)
        #expect(finding.reason == "worker state \(Self.digest(state)) is not given")
    }

    @Test("an older accepted state is no place to go back to") func rollback() throws {
        let states = try Self.states()
        let artifact = try Self.third.published(worker: 0, state: states[0])
        let finding = try Court.judge(
            artifact, in: Self.third, lastState: Court.keeping(states[1]))
        #expect(finding.outcome == .badState)
        #expect(
            finding.reason == "state_before: expected \(Self.digest(states[1])), "
                + "found \(Self.digest(states[0]))")
    }

    @Test("nor is a fresh one") func startingAfresh() throws {
        let state = try Self.states()[0]
        let artifact = try Self.second.published(worker: 0)
        let finding = try Court.judge(
            artifact, in: Self.second, lastState: Court.keeping(state))
        #expect(finding.outcome == .badState)
        #expect(
            finding.reason
                == "state_before: expected \(Self.digest(state)), found a fresh state")
    }

    @Test("a state that nobody accepted is refused") func invented() throws {
        let state = try Self.states()[0]
        let invented = WorkerState(
            run: state.run, worker: state.worker, round: state.round,
            optimizerSteps: state.optimizerSteps, firstMoment: state.firstMoment,
            secondMoment: state.secondMoment, residual: state.firstMoment)
        let artifact = try Self.second.published(worker: 0, state: invented)
        let finding = try Court.judge(
            artifact, in: Self.second, lastState: Court.keeping(state))
        #expect(finding.outcome == .badState)
    }

    @Test("the state of another worker or of no earlier round is refused") func notTheWorkers()
        throws
    {
        let others = [try Self.otherState(), try Self.states()[1]]
        for state in others {
            let artifact = try Self.second.published(worker: 0, state: state)
            let finding = try Court.judge(
                artifact, in: Self.second, lastState: Court.keeping(state))
            #expect(finding.outcome == .badState)
            #expect(finding.reason == "state_before is not an earlier state of the worker's")
        }
    }

    @Test("a claim of one state and work from another is not reproduced") func swapped() throws {
        let states = try Self.states()
        let contribution = try Self.third.train(worker: 0, state: states[0]).contribution
        let claim = contribution.claim.with(stateBefore: Self.digest(states[1]))
        let artifact = Self.third.artifact(contribution.with(claim: claim), signedBy: 0)
        let finding = try Court.judge(
            artifact, in: Self.third, lastState: Court.keeping(states[1]))
        #expect(finding.outcome == .notReproduced)
    }

    private static func otherState() throws -> WorkerState { try Court.honest[1].get().state }
}

import Artifacts
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Training
import Verification

@Suite("Whatever a worker computes, the judge repeats") struct MethodTests {
    @Test("honest work is accepted, round after round", arguments: SampleMethod.all)
    func honest(method: SampleMethod) throws {
        var round = method.round
        var state: WorkerState?
        var kept: Judge.LastState = .known { _ in nil }
        for _ in 1...2 {
            let result = try round.train(worker: 0, state: state, microBatch: 2, threads: 2)
            let finding = try Court.judge(
                round.artifact(result.contribution, signedBy: 0), in: round, lastState: kept)
            #expect(finding.outcome == .accepted, "\(finding.reason)")
            let replayed = try #require(finding.state)
            #expect(
                replayed.artifact(layout: round.base.layout).digest
                    == result.state.artifact(layout: round.base.layout).digest)
            (state, kept) = (result.state, Court.keeping(replayed))
            round = round.next()
        }
    }

    @Test("a weight one unit in the last place off is refused", arguments: SampleMethod.all)
    func weight(method: SampleMethod) throws {
        let round = method.round
        let parameters = round.base.parameters.copy()
        // A rounded weight is the same number as its neighbour, and no lie.
        parameters.view[5] =
            method.isRounded
            ? BFloat16.nearest(parameters.view[5] * 1.01) : parameters.view[5].nextUp
        let base = Checkpoint(
            configuration: round.base.configuration, parameters: parameters, outerMomentum: nil,
            tokenizer: round.base.tokenizer, endToken: round.base.endToken,
            lineage: round.base.lineage)
        let lie = try SampleRound(run: round.run, base: base).train(worker: 0).contribution
        let artifact = round.artifact(
            lie.with(claim: lie.claim.with(base: round.base.digest)), signedBy: 0)
        let finding = try Court.judge(artifact, in: round)
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason == "segment 1 (steps 1 to 2) ends in another state")
    }

    @Test("a residual one unit in the last place off is refused", arguments: SampleMethod.all)
    func residual(method: SampleMethod) throws {
        let round = method.round
        let (contribution, state) = try round.train(worker: 0)
        let residual = state.residual.copy()
        residual.view[7] = residual.view[7].nextUp
        let changed = WorkerState(
            run: state.run, worker: state.worker, round: state.round,
            optimizerSteps: state.optimizerSteps, firstMoment: state.firstMoment,
            secondMoment: state.secondMoment, residual: residual)
        let digest = changed.artifact(layout: round.base.layout).digest
        let lie = contribution.with(claim: contribution.claim.with(stateAfter: digest))
        let finding = try Court.judge(round.artifact(lie, signedBy: 0), in: round)
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason == "state after the round differs")
    }
}

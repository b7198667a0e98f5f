import Artifacts
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Verification

@Suite("Honest work is accepted") struct HonestyTests {
    @Test(
        "whatever the judge's machine and micro-batch", arguments: InstructionSet.available,
        [1, 2, 3, 8])
    func accepted(instructionSet: InstructionSet, microBatch: Int) throws {
        for worker in 0..<3 {
            let finding = try Court.judge(
                Court.published(worker: worker), threads: worker + 1, microBatch: microBatch,
                instructionSet: instructionSet)
            #expect(finding.outcome == .accepted)
            #expect(finding.reason == "replayed bit for bit")
        }
    }

    @Test(
        "whatever the worker's machine and micro-batch", arguments: InstructionSet.available,
        [1, 3])
    func acceptedFrom(instructionSet: InstructionSet, microBatch: Int) throws {
        let contribution = try Court.first.train(
            worker: 0, microBatch: microBatch, threads: 2, instructionSet: instructionSet
        ).contribution
        let artifact = Court.first.artifact(contribution, signedBy: 0)
        #expect(try Court.judge(artifact).outcome == .accepted)
    }

    @Test("from the file, and with more signatures than the worker's") func cosigned() throws {
        var artifact = try Artifact.read(
            bytes: Court.published(worker: 1).fileBytes(), expecting: .contribution)
        artifact.sign(with: SampleRound.keys[0])
        #expect(try Court.judge(artifact).outcome == .accepted)
    }

    @Test("round after round, from the state that the judge replayed") func threeRounds() throws {
        var round = Court.first
        var state: WorkerState?
        var kept: Judge.LastState = .known { _ in nil }
        for number in 1...3 {
            let result = try round.train(worker: 1, state: state)
            let artifact = round.artifact(result.contribution, signedBy: 1)
            let finding = try Court.judge(artifact, in: round, lastState: kept)
            #expect(finding.outcome == .accepted, "round \(number): \(finding.reason)")
            let replayed = try #require(finding.state)
            let layout = round.base.layout
            #expect(replayed.artifact(layout: layout) == result.state.artifact(layout: layout))
            (state, kept) = (result.state, Court.keeping(replayed))
            round = round.next()
        }
    }

    @Test("a fresh worker, by a judge that keeps no states") func unknownState() throws {
        let finding = try Court.judge(Court.published(worker: 0), lastState: .unknown)
        #expect(finding.outcome == .accepted)
    }

    @Test("the verdict repeats the claim") func verdict() throws {
        let artifact = try Court.published(worker: 0)
        let claim = try Court.honest[0].get().contribution.claim
        let verdict = try Court.judge(artifact).verdict(on: artifact.digest)
        #expect(verdict.contribution == artifact.digest)
        #expect(verdict.outcome == .accepted)
        #expect(verdict.claims?.run == claim.run)
        #expect(verdict.claims?.round == 1)
        #expect(verdict.claims?.base == claim.base)
        #expect(verdict.claims?.worker == claim.worker)
        #expect(verdict.claims?.tokens == 120)
        #expect(verdict.claims?.stateBefore == nil)
        #expect(verdict.claims?.stateAfter == claim.stateAfter)
    }

    @Test("every replayed step is heard of, and may stop the judge") func progress() throws {
        let judge = Judge(
            Judge.RoundInputs(
                run: Court.first.run, base: Court.first.base, corpus: Court.first.corpus,
                assignments: Court.first.assignments),
            lastState: .unknown, microBatch: 8, arithmetic: Arithmetic(threads: 1))
        var heard: [Int] = []
        _ = try judge.judge(Court.published(worker: 0)) { done, total in
            heard.append(done)
            #expect(total == 5)
        }
        #expect(heard == [1, 2, 3, 4, 5])
        #expect(throws: CancellationError.self) {
            try judge.judge(Court.published(worker: 0)) { _, _ in throw CancellationError() }
        }
    }
}

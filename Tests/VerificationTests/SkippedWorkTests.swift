import Artifacts
import Corpus
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Training
import Verification

@Suite("Work that was not done") struct SkippedWorkTests {
    /// An honest contribution to the first `steps` of worker 0's five.
    static func half(steps: Int) throws -> Contribution {
        let round = Court.first
        var assignment = round.assignments[0]
        assignment.steps = UInt64(steps)
        assignment.sequences = Array(assignment.sequences.prefix(steps * 3))
        var local = LocalRound(
            LocalRound.Inputs(
                run: round.run, base: round.base, worker: assignment.worker,
                assignment: assignment, corpus: round.corpus, state: nil),
            microBatch: 8, arithmetic: Arithmetic(threads: 1))
        while !local.isComplete { try local.advance() }
        return try local.finish().contribution
    }

    /// The same update under a claim of all five steps.
    static func claimingAll(_ half: Contribution, trace: [TraceSegment]) throws -> Artifact {
        let missing = 5 - half.claim.steps
        let last = try #require(half.claim.losses.last)
        let claim = half.claim.with(
            assignment: Court.first.assignments[0].digest, steps: 5, tokens: 120,
            losses: half.claim.losses + [Int64](repeating: last, count: missing))
        return Court.first.artifact(half.with(claim: claim, trace: trace), signedBy: 0)
    }

    @Test("half of the steps, the last segment stretched over the rest") func stretched() throws {
        let half = try Self.half(steps: 2)
        let only = half.trace[0]
        let trace = [
            TraceSegment(firstStep: 0, steps: 5, opening: only.opening, closing: only.closing)
        ]
        let finding = try Court.judge(Self.claimingAll(half, trace: trace))
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason == "segment 1 (steps 1 to 2) ends in another state")
    }

    @Test("half of the steps, with roots made up for the rest") func madeUp() throws {
        let half = try Self.half(steps: 2)
        let first = try Court.honest[0].get().contribution.trace[0]
        let roots = [first.closing] + (1...2).map { Digest(hashing: [$0]) }
        let trace = [
            first, TraceSegment(firstStep: 2, steps: 2, opening: roots[0], closing: roots[1]),
            TraceSegment(firstStep: 4, steps: 1, opening: roots[1], closing: roots[2]),
        ]
        let finding = try Court.judge(Self.claimingAll(half, trace: trace))
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason == "segment 2 (steps 3 to 4) ends in another state")
    }

    @Test("the update of half the steps under the trace of all") func stolenTrace() throws {
        let honest = try Court.honest[0].get().contribution
        let half = try Self.half(steps: 2)
        let artifact = Court.first.artifact(honest.with(update: half.update), signedBy: 0)
        let finding = try Court.judge(artifact)
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason == "update differs from the trained weights")
    }

    @Test("a contribution to a round in which training fails") func impossible() throws {
        let base = Court.first.base
        let huge = Checkpoint(
            configuration: base.configuration,
            parameters: FloatStorage(copying: base.parameters.view.array.map { $0 * 1e38 }),
            outerMomentum: nil, tokenizer: base.tokenizer, endToken: base.endToken,
            lineage: base.lineage)
        let round = SampleRound(run: Court.first.run, base: huge)
        let honest = try Court.honest[0].get().contribution
        let claim = honest.claim.with(base: huge.digest)
        let finding = try Court.judge(
            round.artifact(honest.with(claim: claim), signedBy: 0), in: round)
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason.hasPrefix("training fails at step 1: "))
    }
}

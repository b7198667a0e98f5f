import Artifacts
import Corpus
import Identity
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import UpdateCodec
import Verification

@Suite("Every lie has its verdict") struct LieTests {
    static let other = Digest(hashing: Array("other".utf8))

    /// Worker 0's honest contribution after `change`, signed by it.
    static func forged(_ change: (Contribution) -> Contribution) throws -> Artifact {
        let honest = try Court.honest[0].get().contribution
        return Court.first.artifact(change(honest), signedBy: 0)
    }

    static func expect(
        _ outcome: Verdict.Outcome, _ reason: String, of artifact: Artifact,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let finding = try Court.judge(artifact)
        #expect(finding.outcome == outcome, sourceLocation: location)
        #expect(finding.reason == reason, sourceLocation: location)
        #expect(finding.state == nil, sourceLocation: location)
        #expect(finding.claim != nil || outcome == .malformed, sourceLocation: location)
    }

    @Test func notSigned() throws {
        let artifact = try Court.honest[0].get().contribution.artifact(
            layout: Court.first.base.layout, codec: Court.first.run.codec.codec)
        try Self.expect(.badSignature, "no valid signature of the worker", of: artifact)
    }

    @Test func signedByAnotherKey() throws {
        let honest = try Court.honest[0].get().contribution
        try Self.expect(
            .badSignature, "no valid signature of the worker",
            of: Court.first.artifact(honest, signedBy: 1))
    }

    struct FalseClaim: CustomTestStringConvertible {
        let testDescription: String
        let outcome: Verdict.Outcome
        let change: @Sendable (Claim) -> Claim
        let reason: @Sendable (Claim) -> String

        init(
            _ name: String, _ outcome: Verdict.Outcome,
            _ change: @escaping @Sendable (Claim) -> Claim,
            reason: @escaping @Sendable (Claim) -> String
        ) {
            testDescription = name
            self.outcome = outcome
            self.change = change
            self.reason = reason
        }
    }

    static let falseClaims = [
        FalseClaim("run", .wrongRun, { $0.with(run: other) }) {
            "run: expected \($0.run), found \(other)"
        },
        FalseClaim("round", .wrongRun, { $0.with(round: 2) }) { _ in
            "round: expected 1, found 2"
        },
        FalseClaim("base", .wrongBase, { $0.with(base: other) }) {
            "base: expected \($0.base), found \(other)"
        },
        FalseClaim("data", .wrongData, { $0.with(data: other) }) {
            "data: expected \($0.data), found \(other)"
        },
        FalseClaim("assignment", .wrongData, { $0.with(assignment: other) }) {
            "assignment: expected \($0.assignment), found \(other)"
        },
        FalseClaim("tokens", .wrongData, { $0.with(tokens: 121) }) { _ in
            "tokens: expected 120, found 121"
        },
        FalseClaim("state before", .badState, { $0.with(stateBefore: other) }) { _ in
            "state_before: expected a fresh state, found \(other)"
        },
        FalseClaim("state after", .notReproduced, { $0.with(stateAfter: other) }) { _ in
            "state after the round differs"
        },
        FalseClaim("a loss", .notReproduced, { $0.with(losses: $0.losses.adding(1, at: 3)) }) { _ in
            "loss of step 4 differs"
        },
    ]

    @Test("in the claim", arguments: falseClaims) func claim(lie: FalseClaim) throws {
        let honest = try Court.honest[0].get().contribution.claim
        let artifact = try Self.forged { $0.with(claim: lie.change($0.claim)) }
        try Self.expect(lie.outcome, lie.reason(honest), of: artifact)
    }

    @Test func fewerStepsThanAssigned() throws {
        let artifact = try Self.forged { honest in
            let claim = honest.claim
            return Contribution(
                claim: claim.with(
                    steps: 4, tokens: 96, losses: claim.losses.dropLast()),
                trace: honest.trace.dropLast(), update: honest.update)
        }
        try Self.expect(.wrongData, "steps: expected 5, found 4", of: artifact)
    }

    @Test func workThatWasNotAssignedToAnybody() throws {
        let stranger = SampleRound.keys[2]
        let artifact = try Court.published(worker: 2)
        let round = Court.first
        let finding = try Judge(
            Judge.RoundInputs(
                run: round.run, base: round.base, corpus: round.corpus,
                assignments: round.assignments.filter { $0.worker != stranger.publicKey }),
            lastState: .unknown, microBatch: 8, arithmetic: .init(threads: 1)
        ).judge(artifact) { _, _ in }
        #expect(finding.outcome == .cannotVerify)
        #expect(finding.reason == "the roster does not list the worker")
    }

    @Test("a scale one step of the grid off") func scale() throws {
        let artifact = try Self.forged { honest in
            honest.with(update: honest.update.changing { $0[0] += 1 })
        }
        try Self.expect(.notReproduced, "update differs from the trained weights", of: artifact)
    }

    @Test func oneSignFlipped() throws {
        let artifact = try Self.forged { honest in
            honest.with(update: honest.update.changing { $0[$0.count - 1] ^= 1 })
        }
        try Self.expect(.notReproduced, "update differs from the trained weights", of: artifact)
    }

    @Test func anotherWorkersUpdate() throws {
        let copied = try Court.honest[1].get().contribution.update
        let artifact = try Self.forged { $0.with(update: copied) }
        try Self.expect(.notReproduced, "update differs from the trained weights", of: artifact)
    }

    @Test("another root after segment", arguments: 0..<3) func traceRoot(segment: Int) throws {
        let artifact = try Self.forged { honest in
            var trace = honest.trace
            trace[segment] = trace[segment].with(closing: Self.other)
            if segment < 2 { trace[segment + 1] = trace[segment + 1].with(opening: Self.other) }
            return honest.with(trace: trace)
        }
        let steps = ["1 to 2", "3 to 4", "5 to 5"][segment]
        try Self.expect(
            .notReproduced, "segment \(segment + 1) (steps \(steps)) ends in another state",
            of: artifact)
    }

    @Test func anotherRootBeforeTheFirstSegment() throws {
        let artifact = try Self.forged { honest in
            var trace = honest.trace
            trace[0] = trace[0].with(opening: Self.other)
            return honest.with(trace: trace)
        }
        let finding = try Court.judge(artifact)
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason.hasPrefix("segment 1 (steps 1 to 2) "))
    }

    @Test("other segments than the run's") func otherSegments() throws {
        let artifact = try Self.forged { honest in
            let (first, last) = (honest.trace[0], honest.trace[2])
            return honest.with(trace: [
                TraceSegment(firstStep: 0, steps: 5, opening: first.opening, closing: last.closing)
            ])
        }
        let finding = try Court.judge(artifact)
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason.hasPrefix("segment 1 (steps 1 to 2) "))
    }
}

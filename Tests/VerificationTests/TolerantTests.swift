import Artifacts
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Training
import UpdateCodec
import Verification

@Suite("Contributions that were not made in exact arithmetic") struct TolerantTests {
    static let tolerant: JSON = [
        "weight": .number("0.5"), "cap": .number("0.25"), "pay_ppm": 500_000,
    ]
    static let round = SampleRound.sample(["tolerant": tolerant])
    static let other = Digest(hashing: Array("other".utf8))

    /// What a worker of class `tolerant` makes of its share, as well as anybody can.
    static let honest = Result { try work(in: round) }

    static func work(in round: SampleRound, worker: Int = 0) throws -> Contribution {
        var local = LocalRound(
            LocalRound.Inputs(
                run: round.run, base: round.base, worker: SampleRound.keys[worker].publicKey,
                assignment: round.assignments[worker], corpus: round.corpus, state: nil,
                arithmetic: .tolerant), microBatch: 8, arithmetic: Arithmetic(threads: 1))
        while !local.isComplete { try local.advance() }
        return try local.finish().contribution
    }

    /// The finding about the honest contribution after `change`, signed by its worker.
    static func finding(_ change: (Contribution) -> Contribution = { $0 }) throws -> Judge.Finding {
        try Court.judge(round.artifact(change(honest.get()), signedBy: 0), in: round)
    }

    /// The contribution whose decoded tensor `number` is changed.
    static func changing(
        _ number: Int, of contribution: Contribution, _ change: (Float) -> Float
    ) -> Contribution {
        let (tensor, codec) = (round.base.layout.tensors[number], round.run.codec.codec)
        let values = FloatView(count: tensor.range.count)
        codec.codec.accumulate(contribution.update[number], times: 1, into: values)
        for index in values.indices { values[index] = change(values[index]) }
        var update = contribution.update
        update[number] = codec.encode(values, shape: tensor.shape, Arithmetic(threads: 1))
        return contribution.with(update: update)
    }

    @Test("are plausible at best, however near they are") func plausible() throws {
        let finding = try Self.finding()
        #expect(finding.outcome == .plausible)
        #expect(
            finding.reason == "losses within 0 micronats; alignment 1000000 ppm, "
                + "of tensors from 1000000; lengths within 0 ppm")
        #expect(finding.state == nil)
    }

    @Test("keep no state and commit to none") func noState() throws {
        let (claim, nothing) = (try Self.honest.get().claim, Digest(hashing: []))
        #expect(claim.stateBefore == nil && claim.stateAfter == nothing)
        let finding = try Self.finding { $0.with(claim: $0.claim.with(stateBefore: Self.other)) }
        #expect(finding.outcome == .badState)
        #expect(finding.reason == "state_before: expected a fresh state, found \(Self.other)")
        let after = try Self.finding { $0.with(claim: $0.claim.with(stateAfter: Self.other)) }
        #expect(after.outcome == .badState)
        #expect(after.reason == "state_after: expected \(nothing), found \(Self.other)")
    }

    @Test("have the segments of the run") func segments() throws {
        let finding = try Self.finding { honest in
            let root = Digest(hashing: [])
            return honest.with(trace: [
                TraceSegment(firstStep: 0, steps: 5, opening: root, closing: root)
            ])
        }
        #expect(finding.outcome == .badState)
        #expect(finding.reason == "trace: expected segments of 2 steps with roots of nothing")
    }

    @Test("are of another run where the run takes none") func notTaken() throws {
        let honest = try Self.work(in: Court.first)
        let finding = try Court.judge(Court.first.artifact(honest, signedBy: 0))
        #expect(finding.outcome == .wrongRun)
        #expect(finding.reason == "arithmetic: expected exact, found tolerant")
    }

    @Test("do not keep others from being accepted") func exactWork() throws {
        let published = try Self.round.published(worker: 1)
        #expect(try Court.judge(published, in: Self.round).outcome == .accepted)
    }

    @Test("may not have other losses", arguments: [1, -1]) func losses(sign: Int64) throws {
        let edge = Tolerance.lossMicronats(step: 3)
        func finding(_ difference: Int64) throws -> Judge.Finding {
            try Self.finding { honest in
                let losses = honest.claim.losses.adding(sign * difference, at: 3)
                return honest.with(claim: honest.claim.with(losses: losses))
            }
        }
        #expect(try finding(edge).outcome == .plausible)
        let outside = try finding(edge + 1)
        #expect(outside.outcome == .notReproduced)
        #expect(outside.reason.hasPrefix("loss of step 4: expected "))
    }

    @Test("may not point elsewhere in any tensor", arguments: [0, 3, 12])
    func negated(number: Int) throws {
        let finding = try Self.finding { Self.changing(number, of: $0) { -$0 } }
        let name = Self.round.base.layout.tensors[number].name
        #expect(finding.outcome == .notReproduced)
        #expect(
            finding.reason == "update: tensor '\(name)': expected an alignment of at least "
                + "995000 ppm, found -1000000")
    }

    @Test("may not be of another length") func lengthened() throws {
        let finding = try Self.finding { Self.changing(2, of: $0) { $0 * 10 } }
        let name = Self.round.base.layout.tensors[2].name
        #expect(finding.outcome == .notReproduced)
        #expect(
            finding.reason.hasPrefix(
                "update: tensor '\(name)': expected a length of 1000000 ppm to within "))
    }

    @Test("may not be left out") func zeros() throws {
        let finding = try Self.finding { Self.changing(0, of: $0) { _ in 0 } }
        #expect(finding.outcome == .notReproduced)
        #expect(finding.reason.hasSuffix(", found 0"))
    }

    @Test("may not be another's") func copied() throws {
        let copied = try Self.work(in: Self.round, worker: 1).update
        #expect(try Self.finding { $0.with(update: copied) }.outcome == .notReproduced)
    }
}

import Artifacts
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Training
import Verification

@Suite("Honest segments are reproduced") struct HonestAuditTests {
    @Test("each by itself, whatever the work, in later rounds too", arguments: SampleMethod.all)
    func everySegment(method: SampleMethod) throws {
        let first = try AuditedWork(method.round)
        let second = try AuditedWork(method.round.next(), state: first.after)
        for work in [first, second] {
            for segment in 1...work.count {
                let audit = try #require(try work.audit([segment]).audit)
                #expect(audit.outcome == .reproduced, "segment \(segment): \(audit.reason)")
                #expect(audit.segments == [segment] && audit.count == work.count)
                #expect(audit.contribution == work.published.digest)
            }
        }
    }

    @Test(
        "whatever the worker's and the auditor's threads and micro-batches",
        arguments: [(1, 8), (2, 3), (2, 1)], [(1, 1), (2, 8), (3, 2)])
    func machines(worker: (threads: Int, batch: Int), auditor: (threads: Int, batch: Int)) throws {
        let work = try AuditedWork(
            Court.first, microBatch: worker.batch, threads: worker.threads)
        for segment in 1...work.count {
            let result = try work.audit(
                [segment], microBatch: auditor.batch, threads: auditor.threads)
            #expect(result.audit?.outcome == .reproduced)
        }
    }

    @Test("after an interruption at any step, with the same kept states", arguments: 1...4)
    func resumed(step: Int) throws {
        let whole = try AuditedWork(Court.first)
        let resumed = try AuditedWork(Court.first, interruption: step)
        #expect(resumed.kept == whole.kept)
        #expect(resumed.published == whole.published)
        for segment in 1...resumed.count {
            #expect(try resumed.audit([segment]).audit?.outcome == .reproduced)
        }
    }

    @Test("together, and then only a segment after a gap needs a state") func together() throws {
        let work = try AuditedWork(Court.first)
        #expect(work.count == 3)
        for (segments, needed) in [([1, 2, 3], []), ([2, 3], [2]), ([1, 3], [3])] {
            var asked: [Int] = []
            let result = try work.audit(segments) { segment in
                asked.append(segment)
                return try work.state(before: segment)
            }
            #expect(result.audit?.outcome == .reproduced)
            #expect(asked == needed)
        }
        #expect(try work.audit([]).audit?.outcome == .reproduced)
    }

    @Test("and everything else stays unknown without what it takes") func unknown() throws {
        let first = try AuditedWork(Court.first)
        let unshown = try #require(try first.audit([2]) { _ in nil }.audit)
        #expect(unshown.outcome == .cannotVerify)
        #expect(unshown.reason == "the state before segment 2 is not given")
        let other = try #require(try first.audit([2]) { _ in try first.state(before: 3) }.audit)
        #expect(other.outcome == .cannotVerify)
        let second = try AuditedWork(Court.first.next(), state: first.after)
        let stateless = try #require(try second.audit([2], lastState: .unknown).audit)
        #expect(stateless.outcome == .cannotVerify)
        #expect(stateless.reason.hasSuffix(" is not given"))
    }
}

@Suite("A state that is shown must be the one that was committed to") struct OpeningTests {
    /// The places in which a state can be one unit in the last place off.
    static let changes: [(name: String, change: @Sendable (SegmentState) -> Void)] = [
        ("weight", { off($0.parameters, at: 5) }),
        ("last weight", { off($0.parameters, at: $0.parameters.count - 1) }),
        ("first moment", { off(.float32($0.firstMoment), at: 7) }),
        ("second moment", { off(.float32($0.secondMoment), at: 3) }),
    ]

    private static func off(_ values: WeightStorage, at index: Int) {
        let view = values.view[index..<index + 1]
        view.set(to: FloatView(copying: [view.array[0].nextUp]))
    }

    @Test("to the last bit of everything in it", arguments: 0..<changes.count, 2...3)
    func oneUnitOff(change: Int, segment: Int) throws {
        let work = try AuditedWork(Court.first)
        let audit = try #require(
            try work.audit([segment]) { try work.state(before: $0, Self.changes[change].change) }
                .audit)
        #expect(audit.outcome == .cannotVerify, "\(Self.changes[change].name)")
        let committed = work.contribution.trace[segment - 1].opening
        #expect(
            audit.reason.hasPrefix(
                "the state shown before segment \(segment) is another: expected root \(committed), "
                    + "found "))
    }

    @Test("and to that of the residual, which is in the worker's state", arguments: 1...3)
    func residual(segment: Int) throws {
        let first = try AuditedWork(Court.first)
        let work = try AuditedWork(Court.first.next(), state: first.after)
        let digest = first.after.artifact(layout: Court.first.base.layout).digest
        let false_ = first.after.copy()
        false_.residual.view[11] = false_.residual.view[11].nextUp
        let audit = try #require(
            try work.audit([segment], lastState: .known { _ in (digest, false_.copy()) }).audit)
        // Of the first segment everything is public, so the worker would be the one who lies.
        #expect(audit.outcome == (segment == 1 ? .notReproduced : .cannotVerify))
        #expect(try work.audit([segment]).audit?.outcome == .reproduced)
    }
}

@Suite("A lie in a segment is found there") struct LyingSegmentTests {
    static let root = Digest(hashing: [1, 2, 3])

    /// Honest work that claims another root between segments `number` and `number` + 1.
    static func lying(after number: Int) throws -> AuditedWork {
        var work = try AuditedWork(Court.first)
        var trace = work.contribution.trace
        trace[number - 1] = trace[number - 1].with(closing: root)
        if number < trace.count { trace[number] = trace[number].with(opening: root) }
        work.contribution = work.contribution.with(trace: trace)
        return work
    }

    @Test("a closing root that does not follow", arguments: 1...3)
    func closingRoot(number: Int) throws {
        let work = try Self.lying(after: number)
        let names = [
            "segment 1 (steps 1 to 2)", "segment 2 (steps 3 to 4)", "segment 3 (steps 5 to 5)",
        ]
        let audit = try #require(try work.audit([number]).audit)
        #expect(audit.outcome == .notReproduced)
        #expect(audit.reason == "\(names[number - 1]) ends in another state")
        if number > 1 {
            #expect(try work.audit([number - 1]).audit?.outcome == .reproduced)
        }
    }

    @Test("a first segment that begins elsewhere") func openingRoot() throws {
        var work = try AuditedWork(Court.first)
        var trace = work.contribution.trace
        trace[0] = trace[0].with(opening: Self.root)
        work.contribution = work.contribution.with(trace: trace)
        let audit = try #require(try work.audit([1]).audit)
        #expect(audit.outcome == .notReproduced)
        #expect(audit.reason == "segment 1 (steps 1 to 2) begins in another state")
    }

    @Test("a loss that was not had", arguments: 0..<5) func loss(step: Int) throws {
        var work = try AuditedWork(Court.first)
        let claim = work.contribution.claim
        work.contribution = work.contribution.with(
            claim: claim.with(losses: claim.losses.adding(1, at: step)))
        for segment in 1...3 {
            let audit = try #require(try work.audit([segment]).audit)
            let isThere = work.contribution.trace[segment - 1].firstStep / 2 == step / 2
            #expect(audit.outcome == (isThere ? .notReproduced : .reproduced))
            if isThere { #expect(audit.reason == "loss of step \(step + 1) differs") }
        }
    }

    @Test("an update or a state after the round that is not the trained one, with the last")
    func update() throws {
        let honest = try AuditedWork(Court.first)
        var work = honest
        work.contribution = honest.contribution.with(
            update: honest.contribution.update.changing { $0[$0.count - 1] ^= 1 })
        for (segments, outcome) in [([2], Audit.Outcome.reproduced), ([3], .notReproduced)] {
            guard let audit = try work.audit(segments).audit else { continue }
            #expect(audit.outcome == outcome)
        }
        work.contribution = honest.contribution.with(
            claim: honest.contribution.claim.with(stateAfter: Self.root))
        let audit = try #require(try work.audit([3]).audit)
        #expect(audit.outcome == .notReproduced)
        #expect(audit.reason == "state after the round differs")
    }

    @Test("segments that are not the run's") func otherSegments() throws {
        var work = try AuditedWork(Court.first)
        let trace = work.contribution.trace
        let merged = TraceSegment(
            firstStep: 2, steps: 3, opening: trace[1].opening, closing: trace[2].closing)
        work.contribution = work.contribution.with(trace: [trace[0], merged])
        let few = try #require(try work.audit([1]).audit)
        #expect(few.outcome == .notReproduced)
        #expect(few.reason == "trace: expected 3 segments, found 2")
        let moved = [
            TraceSegment(
                firstStep: 0, steps: 1, opening: trace[0].opening, closing: trace[0].closing),
            TraceSegment(
                firstStep: 1, steps: 3, opening: trace[1].opening, closing: trace[1].closing),
            trace[2],
        ]
        work.contribution = work.contribution.with(trace: moved)
        #expect(
            try work.audit([3]).audit?.reason
                == "segment 1 (steps 1 to 1): expected steps 1 to 2")
    }

    @Test("what the checks before a replay refuse gets their verdict") func verdicts() throws {
        var work = try AuditedWork(Court.first)
        work.contribution = work.contribution.with(
            claim: work.contribution.claim.with(base: Self.root))
        let verdict = try #require(try work.audit([2]).verdict)
        #expect(verdict.outcome == .wrongBase)
        #expect(verdict.contribution == work.published.digest)
    }
}

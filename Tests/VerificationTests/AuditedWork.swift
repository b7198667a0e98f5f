import Artifacts
import Identity
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Training
import Verification

/// A round that was trained with the states before its segments kept.
struct AuditedWork {
    let round: SampleRound
    let before: WorkerState?
    var contribution: Contribution
    let after: WorkerState
    /// The states before segments, as bundles by segment.
    var kept: [Int: Artifact] = [:]

    /// Worker 0's honest work, interrupted after `interruption` steps if that is given.
    init(
        _ round: SampleRound, state: WorkerState? = nil, microBatch: Int = 8, threads: Int = 1,
        interruption: Int? = nil
    ) throws {
        self.round = round
        before = state
        let begin = {
            LocalRound(
                round.inputs(worker: 0, state: state), microBatch: microBatch,
                arithmetic: Arithmetic(threads: threads))
        }
        var local = begin()
        var kept: [Int: Artifact] = [:]
        while !local.isComplete {
            try local.advance()
            if let number = local.segmentToBegin {
                // The state shares memory with the round, which goes on.
                let bytes = local.state(beforeSegment: number)
                    .artifact(layout: round.base.layout).fileBytes()
                kept[number] = try Artifact.read(bytes: bytes, expecting: .segmentState)
            }
            if local.step == interruption {
                let saved = try Artifact.read(
                    bytes: local.snapshot().fileBytes(), expecting: .snapshot)
                local = begin()
                _ = try local.resume(from: saved)
            }
        }
        self.kept = kept
        (contribution, after) = try local.finish()
    }

    /// How many segments there are.
    var count: Int { contribution.trace.count }

    /// What the worker publishes.
    var published: Artifact { round.artifact(contribution, signedBy: 0) }

    /// The state that was kept before a segment, with `change` made to it.
    func state(
        before segment: Int, _ change: (SegmentState) -> Void = { _ in }
    ) throws -> SegmentState? {
        guard let bundle = kept[segment] else { return nil }
        let state = try SegmentState(
            bundle, layout: round.base.layout, precision: round.run.arithmetic.precision)
        change(state)
        return state
    }

    /// What an auditor finds in the segments; `openings` is what it is shown, the kept ones unless
    /// given, and `lastState` the worker state that it knows of, the true one unless given.
    func audit(
        _ segments: [Int], lastState: Judge.LastState? = nil, microBatch: Int = 8,
        threads: Int = 1, openings: ((Int) throws -> SegmentState?)? = nil
    ) throws -> Judge.AuditResult {
        let judge = Judge(
            Judge.RoundInputs(
                run: round.run, base: round.base, corpus: round.corpus,
                assignments: round.assignments),
            lastState: lastState ?? before.map { Court.keeping($0) } ?? .known { _ in nil },
            microBatch: microBatch, arithmetic: Arithmetic(threads: threads))
        return try judge.audit(
            published, segments: { _ in segments },
            openings: { _, segment, _ in
                try openings.map { try $0(segment) } ?? state(before: segment)
            },
            progress: { _, _ in })
    }
}

extension Judge.AuditResult {
    /// The audit, if there was one.
    var audit: Audit? {
        if case .audited(let audit) = self { audit } else { nil }
    }

    /// The verdict, if the checks before the replay led to one.
    var verdict: Verdict? {
        if case .settled(let verdict) = self { verdict } else { nil }
    }
}

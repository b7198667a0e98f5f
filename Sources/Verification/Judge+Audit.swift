package import Artifacts
import Corpus
import LanguageModel
import Numerics
package import Rounds
import Storage
import Training

/// Audits: the replay of some segments, each from the state before it that the worker shows.
///
/// The trace commits to that state, so whoever shows it need not be believed: it is the right one
/// exactly if its root is the committed one. Normative text: docs/formats/audit.md.
extension Judge {
    /// What an audit came to.
    package enum AuditResult: Sendable {
        /// The segments were replayed, or could not be.
        case audited(Audit)
        /// The checks that come before every replay have settled the matter.
        case settled(Verdict)
    }

    /// Finds the state before a segment of a contribution, maybe one that was shown for it and is
    /// not of it; none if none was shown.
    ///
    /// It may be read into `memory`, which is the replay's own.
    package typealias OpeningStates = (
        _ claim: Claim, _ segment: Int, _ memory: SegmentState.Memory
    ) throws -> SegmentState?

    /// Replays the segments that `choose` picks by the number of all.
    ///
    /// The first segment, and one after a segment that was replayed, need no state to be shown;
    /// after the last the contribution itself must come out. What `openings` throws is the reason
    /// why nothing can be said. `progress` hears of every step.
    package func audit(
        _ artifact: Artifact, segments choose: (_ count: Int) throws -> [Int],
        openings: OpeningStates, progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> AuditResult {
        let (contribution, assignment): (Contribution, Assignment)
        switch examine(artifact) {
        case .sound(let found): (contribution, assignment) = found
        case .refused(let finding): return .settled(finding.verdict(on: artifact.digest))
        }
        let claim = contribution.claim
        guard claim.arithmetic.isReproducible else {
            return .settled(
                Finding(
                    .cannotVerify,
                    "segments of arithmetic '\(claim.arithmetic.rawValue)' cannot be repeated",
                    claim: claim
                ).verdict(on: artifact.digest))
        }
        let segmentation = RoundSegments(
            steps: claim.steps, segmentSteps: inputs.run.round.segmentSteps)
        let segments = try choose(segmentation.count)
        let answer: Answer
        if let answered = Judge.check(contribution.trace, segmentation) {
            answer = answered
        } else {
            switch openingState(claim) {
            case .refused(let finding): answer = Answer(.cannotVerify, finding.reason)
            case .found(let state):
                let audited = AuditedRound(
                    artifact: artifact, contribution: contribution,
                    inputs: LocalRound.Inputs(
                        run: inputs.run, base: inputs.base, worker: claim.worker,
                        assignment: assignment, corpus: inputs.corpus, state: state))
                answer = try replay(segments, of: audited, openings, progress)
            }
        }
        return .audited(
            Audit(
                run: claim.run, round: UInt32(claim.round), base: claim.base,
                contribution: artifact.digest, worker: claim.worker, segments: segments,
                of: segmentation.count, outcome: answer.outcome, reason: answer.reason))
    }

    /// The finding of an audit and why.
    private struct Answer {
        let outcome: Audit.Outcome
        let reason: String

        init(_ outcome: Audit.Outcome, _ reason: String) {
            self.outcome = outcome
            self.reason = reason
        }
    }

    /// What is claimed, and what it is computed from.
    private struct AuditedRound {
        let artifact: Artifact
        let contribution: Contribution
        let inputs: LocalRound.Inputs
    }

    /// Objects to a trace whose segments are not those of the run.
    private static func check(_ trace: [TraceSegment], _ segmentation: RoundSegments) -> Answer? {
        guard trace.count == segmentation.count else {
            return Answer(
                .notReproduced,
                "trace: expected \(segmentation.count) segments, found \(trace.count)")
        }
        for (index, segment) in trace.enumerated() {
            let steps = segmentation.steps(ofSegment: index + 1)
            guard segment.firstStep == steps.lowerBound, segment.steps == steps.count else {
                return Answer(
                    .notReproduced,
                    "\(segment.name(index + 1)): expected steps \(steps.lowerBound + 1) to "
                        + "\(steps.upperBound)")
            }
        }
        return nil
    }

    private func replay(
        _ segments: [Int], of audited: AuditedRound, _ openings: OpeningStates,
        _ progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> Answer {
        let total = segments.reduce(0) { $0 + audited.contribution.trace[$1 - 1].steps }
        var done = 0
        guard !segments.isEmpty else { return Answer(.reproduced, "no segment was drawn") }
        var round = LocalRound(
            audited.inputs, activations: activations, ownsState: true,
            movesFirst: segments.first != 1, arithmetic: arithmetic)
        for number in segments {
            if let answer = try begin(number, of: audited, in: &round, openings) { return answer }
            do {
                while round.trace.count < number {
                    try round.advance()
                    done += 1
                    try progress(done, total)
                }
                if let answer = try Judge.compare(round, number, audited) { return answer }
            } catch let failure as TrainingFailure {
                return Answer(.notReproduced, "training fails at \(failure)")
            }
        }
        return Answer(.reproduced, "replayed bit for bit")
    }

    /// Goes to where segment `number` begins, unless the round is there; objects to another state
    /// than the one that is committed to.
    private func begin(
        _ number: Int, of audited: AuditedRound, in round: inout LocalRound,
        _ openings: OpeningStates
    ) throws -> Answer? {
        let committed = audited.contribution.trace[number - 1]
        if round.trace.count != number - 1 {
            let shown: SegmentState?
            do {
                shown = try openings(audited.contribution.claim, number, round.stateMemory)
            } catch {
                return Answer(
                    .cannotVerify, "the state before segment \(number) cannot be read: \(error)")
            }
            guard let shown else {
                return Answer(.cannotVerify, "the state before segment \(number) is not given")
            }
            round.move(toSegment: number, of: audited.contribution, in: shown)
            guard round.opening == committed.opening else {
                return Answer(
                    .cannotVerify,
                    "the state shown before segment \(number) is another: expected root "
                        + "\(committed.opening), found \(round.opening)")
            }
        }
        // A first segment begins with what everybody has, any other with what was compared above.
        guard round.opening == committed.opening else {
            return Answer(.notReproduced, "\(committed.name(number)) begins in another state")
        }
        return nil
    }

    /// What of segment `number`, just replayed, contradicts the contribution.
    private static func compare(
        _ round: LocalRound, _ number: Int, _ audited: AuditedRound
    ) throws(TrainingFailure) -> Answer? {
        let committed = audited.contribution.trace[number - 1]
        let claimed = audited.contribution.claim.losses
        for step in committed.firstStep..<committed.firstStep + committed.steps
        where claimed[step] != round.losses[step] {
            return Answer(.notReproduced, "loss of step \(step + 1) differs")
        }
        guard round.trace[number - 1] == committed else {
            return Answer(.notReproduced, "\(committed.name(number)) ends in another state")
        }
        guard round.isComplete else { return nil }
        let replayed = try round.finish().contribution
        let manifest = replayed.artifact(
            layout: audited.inputs.base.layout, codec: audited.inputs.run.codec.codec
        ).manifest
        guard manifest.digest != audited.artifact.digest else { return nil }
        return Answer(.notReproduced, difference(audited.contribution, replayed))
    }
}

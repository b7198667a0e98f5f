import Corpus
import Numerics
package import Rounds

/// A place inside a round from which it can be gone on with: the state there, and what is claimed
/// of the steps before.
package struct SegmentStart: Sendable {
    let state: SegmentState
    let losses: [Int64]
    let trace: [TraceSegment]

    /// The beginning of segment `number` of `contribution`, where `state` is said to be.
    ///
    /// Nothing is checked: whoever goes on from here compares `LocalRound.opening` with the trace.
    package init(_ state: SegmentState, before number: Int, of contribution: Contribution) {
        self.state = state
        trace = Array(contribution.trace.prefix(number - 1))
        losses = Array(contribution.claim.losses.prefix(trace.steps))
    }
}

extension LocalRound.Inputs {
    /// The round's segments.
    package var segmentation: Segmentation {
        Segmentation(steps: Int(assignment.steps), segmentSteps: run.round.segmentSteps)
    }
}

extension LocalRound {
    /// The segment that begins with the next step, if one does.
    package var segmentToBegin: Int? { inputs.segmentation.segment(beginningAfter: step) }

    /// The state before segment `number`, which begins now; it shares the round's memory until the
    /// next step.
    package func state(beforeSegment number: Int) -> SegmentState {
        precondition(segmentToBegin == number, "segment \(number) begins now")
        return SegmentState(
            SegmentState.Place(
                run: inputs.run.digest, worker: inputs.worker, round: inputs.round,
                segment: number, root: opening),
            parameters: parameters, firstMoment: firstMoment, secondMoment: secondMoment)
    }
}

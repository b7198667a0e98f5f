import Corpus
import Numerics
package import Rounds

extension LocalRound.Inputs {
    /// The round's segments.
    package var segmentation: RoundSegments {
        RoundSegments(steps: Int(assignment.steps), segmentSteps: run.round.segmentSteps)
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

    /// Where the round keeps what a segment's state is made of: reading into it spares a copy, and
    /// leaves the round in no state until it moves to what was read.
    package var stateMemory: SegmentState.Memory {
        SegmentState.Memory(
            parameters: parameters, firstMoment: firstMoment, secondMoment: secondMoment)
    }

    /// Goes to the beginning of segment `number` of `contribution`, where `state` is said to be:
    /// what the contribution claims of the steps before is taken for what was found.
    ///
    /// Nothing is checked but that `opening` is the root of the state: whoever goes on from here
    /// compares it with the trace.
    package mutating func move(
        toSegment number: Int, of contribution: Contribution, in state: SegmentState
    ) {
        if state.firstMoment !== firstMoment {
            parameters.view.set(to: state.parameters.view.floats)
            firstMoment.view.copy(from: state.firstMoment.view)
            secondMoment.view.copy(from: state.secondMoment.view)
        }
        trace = Array(contribution.trace.prefix(number - 1))
        step = trace.steps
        losses = Array(contribution.claim.losses.prefix(step))
        opening = stateRoot()
    }
}

/// The inner steps of a round in segments, each of `round.segment_steps` but the last, which may be
/// shorter.
package struct RoundSegments: Sendable, Equatable {
    /// Inner steps of the round.
    package let steps: Int
    /// Inner steps of a whole segment.
    package let segmentSteps: Int

    /// The segments of `steps` inner steps.
    package init(steps: Int, segmentSteps: Int) {
        precondition(steps >= 0 && segmentSteps > 0, "segments of \(segmentSteps) of \(steps)")
        self.steps = steps
        self.segmentSteps = segmentSteps
    }

    /// How many segments there are.
    package var count: Int { steps / segmentSteps + (steps % segmentSteps == 0 ? 0 : 1) }

    /// The inner steps, from 0, of segment `number`, from 1.
    package func steps(ofSegment number: Int) -> Range<Int> {
        precondition((1...max(count, 1)).contains(number), "segment \(number) of \(count)")
        let first = (number - 1) * segmentSteps
        return first..<min(first + segmentSteps, steps)
    }

    /// The segment, from 1, that begins after `step` inner steps, if one does.
    package func segment(beginningAfter step: Int) -> Int? {
        step < steps && step % segmentSteps == 0 ? step / segmentSteps + 1 : nil
    }
}

import Artifacts
import Corpus
import Identity
import LanguageModel
import Numerics
import Rounds
import Storage
import Training
import UpdateCodec

/// Contributions that were not made in exact arithmetic: compared with our own, within bounds.
extension Judge {
    /// Replays the round from a fresh state and says whether the contribution could come of it.
    func compare(
        _ contribution: Contribution, _ assignment: Assignment,
        progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> Finding {
        let claim = contribution.claim
        if let finding = stateCheck(contribution) { return finding }
        var round = LocalRound(
            LocalRound.Inputs(
                run: inputs.run, base: inputs.base, worker: claim.worker, assignment: assignment,
                corpus: inputs.corpus, state: nil),
            activations: activations, commitsToStates: false, arithmetic: arithmetic)
        var furthest: Int64 = 0
        do {
            while !round.isComplete {
                let (step, report) = (round.step, try round.advance())
                try progress(round.step, Int(assignment.steps))
                guard let loss = report?.lossMicronats else { continue }
                let difference = abs(claim.losses[step] - loss)
                let limit = Tolerance.lossMicronats(step: step)
                guard difference <= limit else {
                    return Finding(
                        .notReproduced,
                        "loss of step \(step + 1): expected \(loss) micronats to within "
                            + "\(limit), found \(claim.losses[step])", claim: claim)
                }
                furthest = max(furthest, difference)
            }
        } catch let failure as TrainingFailure {
            return Finding(.notReproduced, "training fails at \(failure)", claim: claim)
        }
        return updateCheck(contribution, round, lossDifference: furthest)
    }

    /// It begins afresh and keeps nothing, so no round leans on one that nobody could repeat; and
    /// it commits to no state, since nobody could derive another.
    private func stateCheck(_ contribution: Contribution) -> Finding? {
        let (claim, nothing) = (contribution.claim, Digest(hashing: []))
        if let state = claim.stateBefore {
            return differs(.badState, "state_before", state.hex, "a fresh state", claim)
        }
        guard claim.stateAfter == nothing else {
            return differs(.badState, "state_after", claim.stateAfter.hex, nothing.hex, claim)
        }
        let segments = RoundSegments(
            steps: claim.steps, segmentSteps: inputs.run.round.segmentSteps)
        let trace = (0..<segments.count).map { index in
            let steps = segments.steps(ofSegment: index + 1)
            return TraceSegment(
                firstStep: steps.lowerBound, steps: steps.count, opening: nothing,
                closing: nothing)
        }
        guard contribution.trace == trace else {
            return Finding(
                .badState,
                "trace: expected segments of \(segments.segmentSteps) steps with roots of nothing",
                claim: claim)
        }
        return nil
    }

    /// Every tensor is within the bounds, and so is the whole.
    private func updateCheck(
        _ contribution: Contribution, _ round: LocalRound, lossDifference: Int64
    ) -> Finding {
        let (claim, format) = (contribution.claim, inputs.run.codec.codec)
        var (whole, least, furthest) = (UpdateDistance(), Int.max, 0)
        for (tensor, sent) in zip(inputs.base.layout.tensors, contribution.update) {
            let gradient = round.pseudoGradient(of: tensor)
            let ours = format.encode(gradient, shape: tensor.shape, arithmetic)
            let codec = format.codec(of: tensor.shape)
            var distance = UpdateDistance()
            distance.add(sent, ours, of: gradient, codec)
            whole.add(sent, ours, of: gradient, codec)
            if let fault = Tolerance.tensor.fault(of: distance) {
                return Finding(
                    .notReproduced, "update: tensor '\(tensor.name)': \(fault)", claim: claim)
            }
            least = min(least, distance.alignment)
            furthest = max(furthest, abs(distance.length - 1_000_000))
        }
        if let fault = Tolerance.whole.fault(of: whole) {
            return Finding(.notReproduced, "update: \(fault)", claim: claim)
        }
        return Finding(
            .plausible,
            "losses within \(lossDifference) micronats; alignment \(whole.alignment) ppm, of "
                + "tensors from \(least); lengths within \(furthest) ppm", claim: claim)
    }
}

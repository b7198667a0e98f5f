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
                guard difference <= Tolerance.lossMicronats else {
                    return outOfBounds(
                        "loss of step \(step + 1)",
                        "\(loss) micronats to within \(Tolerance.lossMicronats)",
                        "\(claim.losses[step])", claim)
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
        let length = inputs.run.round.segmentSteps
        let trace = stride(from: 0, to: claim.steps, by: length).map { first in
            TraceSegment(
                firstStep: first, steps: min(length, claim.steps - first), opening: nothing,
                closing: nothing)
        }
        guard contribution.trace == trace else {
            return Finding(
                .badState, "trace: expected segments of \(length) steps with roots of nothing",
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
            guard distance.alignment >= Tolerance.alignment else {
                return outOfBounds(
                    "update: tensor '\(tensor.name)'",
                    "an alignment of at least \(Tolerance.alignment) ppm",
                    "\(distance.alignment)", claim)
            }
            let difference = abs(distance.length - 1_000_000)
            guard difference <= Tolerance.length else {
                return outOfBounds(
                    "update: tensor '\(tensor.name)'",
                    "a length of 1000000 ppm to within \(Tolerance.length)",
                    "\(distance.length)", claim)
            }
            (least, furthest) = (min(least, distance.alignment), max(furthest, difference))
        }
        guard whole.alignment >= Tolerance.wholeAlignment else {
            return outOfBounds(
                "update", "an alignment of at least \(Tolerance.wholeAlignment) ppm",
                "\(whole.alignment)", claim)
        }
        return Finding(
            .plausible,
            "losses within \(lossDifference) micronats, alignment \(whole.alignment) ppm, of "
                + "tensors from \(least), lengths within \(furthest)", claim: claim)
    }

    private func outOfBounds(
        _ place: String, _ expected: String, _ found: String, _ claim: Claim
    ) -> Finding {
        Finding(.notReproduced, "\(place): expected \(expected), found \(found)", claim: claim)
    }
}

package import Artifacts
package import Corpus
import Encodings
package import Identity
package import LanguageModel
package import Numerics
package import Rounds
package import Storage
import Training

/// Judges contributions to one round: static checks, then replay of the whole round.
///
/// A contribution is a pure function of its inputs, so it is accepted exactly if the replay gives
/// the same manifest, bit for bit. One of class `tolerant` is compared with the replay instead. The
/// checks come in the order of docs/protocol.md; the first that fails names the verdict.
package struct Judge {
    /// The public inputs every contribution of the round shares.
    package struct RoundInputs: Sendable {
        /// The run.
        package let run: RunConfiguration
        /// The checkpoint everybody trained from.
        package let base: Checkpoint
        /// The training data.
        package let corpus: TokenizedCorpus
        /// The judge's own assignments, one a worker.
        package let assignments: [Assignment]

        /// The inputs of a round.
        package init(
            run: RunConfiguration, base: Checkpoint, corpus: TokenizedCorpus,
            assignments: [Assignment]
        ) {
            self.run = run
            self.base = base
            self.corpus = corpus
            self.assignments = assignments
        }
    }

    let inputs: RoundInputs
    let arithmetic: Arithmetic
    let activations: ActivationPlan
    private let lastState: LastState

    /// Where a judge learns the state in which a worker's last accepted round ended.
    package enum LastState {
        /// The judge keeps no states: only workers with a fresh state can be replayed.
        case unknown
        /// The state of a worker, or none if none of its rounds was accepted.
        case known((PublicKey) throws -> (digest: Digest, state: WorkerState)?)
    }

    /// A judge of one round; `activations` and the threads of `arithmetic` leave verdicts alone.
    ///
    /// The states that `lastState` gives are the judge's to change.
    package init(
        _ inputs: RoundInputs, lastState: LastState, activations: ActivationPlan,
        arithmetic: Arithmetic
    ) {
        self.inputs = inputs
        self.lastState = lastState
        self.activations = activations
        self.arithmetic = arithmetic
    }

    /// A judge that keeps the activations of `microBatch` sequences.
    package init(
        _ inputs: RoundInputs, lastState: LastState, microBatch: Int, arithmetic: Arithmetic
    ) {
        self.init(
            inputs, lastState: lastState, activations: ActivationPlan(microBatch: microBatch),
            arithmetic: arithmetic)
    }

    /// What the judge found.
    package struct Finding {
        /// The verdict.
        package let outcome: Verdict.Outcome
        /// Why, in words.
        package let reason: String
        /// What the contribution claims, if that could be read.
        package let claim: Claim?
        /// The replayed state, which the next round of an accepted worker begins from.
        package let state: WorkerState?

        init(
            _ outcome: Verdict.Outcome, _ reason: String, claim: Claim? = nil,
            state: WorkerState? = nil
        ) {
            self.outcome = outcome
            self.reason = reason
            self.claim = claim
            self.state = state
        }

        /// The finding as a verdict on the contribution `digest`.
        package func verdict(on digest: Digest) -> Verdict {
            let claims = claim.map {
                Verdict.Claims(
                    run: $0.run, round: UInt32($0.round), base: $0.base, worker: $0.worker,
                    tokens: UInt64($0.tokens), stateBefore: $0.stateBefore,
                    stateAfter: $0.stateAfter)
            }
            return Verdict(
                contribution: digest, claims: claims, outcome: outcome, reason: reason)
        }
    }

    /// Judges one contribution; `progress` hears of every replayed step.
    package func judge(
        _ artifact: Artifact, progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> Finding {
        let (contribution, assignment): (Contribution, Assignment)
        switch examine(artifact) {
        case .sound(let found): (contribution, assignment) = found
        case .refused(let finding): return finding
        }
        if contribution.claim.arithmetic == .tolerant {
            return try compare(contribution, assignment, progress: progress)
        }
        let state: (digest: Digest, state: WorkerState)?
        switch openingState(contribution.claim) {
        case .found(let found): state = found
        case .refused(let finding): return finding
        }
        return try replay(artifact, contribution, assignment, state, progress: progress)
    }

    /// What the checks that need no state and no replay came to.
    package enum Examination {
        case sound((Contribution, Assignment))
        case refused(Finding)
    }

    /// Makes the checks that need no state and no replay.
    package func examine(_ artifact: Artifact) -> Examination {
        let contribution: Contribution
        do throws(MalformedInput) {
            contribution = try Contribution(
                artifact, layout: inputs.base.layout, codec: inputs.run.codec.codec,
                stepLimit: inputs.run.round.batches)
        } catch {
            return .refused(Finding(.malformed, error.description))
        }
        let claim = contribution.claim
        if let finding = staticCheck(claim, signers: artifact.manifest.signers) {
            return .refused(finding)
        }
        guard claim.arithmetic.isReproducible || claim.arithmetic == .tolerant else {
            return .refused(
                Finding(
                    .cannotVerify,
                    "arithmetic '\(claim.arithmetic.rawValue)' cannot be repeated bit for bit",
                    claim: claim))
        }
        guard let assignment = inputs.assignments.first(where: { $0.worker == claim.worker })
        else {
            return .refused(
                Finding(.cannotVerify, "the roster does not list the worker", claim: claim))
        }
        if let finding = dataCheck(claim, assignment) { return .refused(finding) }
        return .sound((contribution, assignment))
    }

    /// Signature, run, round and base.
    private func staticCheck(_ claim: Claim, signers: [PublicKey]) -> Finding? {
        guard signers.contains(claim.worker) else {
            return Finding(.badSignature, "no valid signature of the worker", claim: claim)
        }
        guard claim.run == inputs.run.digest else {
            return differs(.wrongRun, "run", claim.run.hex, inputs.run.digest.hex, claim)
        }
        // A decision, even where nobody could replay: or one such claim would hold up the round.
        guard inputs.run.takes(claim.arithmetic) else {
            return differs(
                .wrongRun, "arithmetic", claim.arithmetic.rawValue,
                inputs.run.arithmetic.rawValue, claim)
        }
        let round = inputs.base.lineage.round + 1
        guard claim.round == round else {
            return differs(.wrongRun, "round", "\(claim.round)", "\(round)", claim)
        }
        guard claim.base == inputs.base.digest else {
            return differs(.wrongBase, "base", claim.base.hex, inputs.base.digest.hex, claim)
        }
        return nil
    }

    /// Data root, assignment, and the amount of work assigned.
    private func dataCheck(_ claim: Claim, _ assignment: Assignment) -> Finding? {
        guard claim.data == inputs.corpus.dataRoot else {
            return differs(
                .wrongData, "data", claim.data.hex, inputs.corpus.dataRoot.hex, claim)
        }
        guard claim.assignment == assignment.digest else {
            return differs(
                .wrongData, "assignment", claim.assignment.hex, assignment.digest.hex, claim)
        }
        guard claim.steps == Int(assignment.steps) else {
            return differs(
                .wrongData, "steps", "\(claim.steps)", "\(assignment.steps)", claim)
        }
        let tokens = inputs.corpus.predictedCount(of: assignment)
        guard claim.tokens == tokens else {
            return differs(.wrongData, "tokens", "\(claim.tokens)", "\(tokens)", claim)
        }
        return nil
    }

    enum OpeningState {
        case found((digest: Digest, state: WorkerState)?)
        case refused(Finding)
    }

    /// The state the contribution says it began from must be where the worker's last accepted
    /// round ended.
    func openingState(_ claim: Claim) -> OpeningState {
        guard case .known(let find) = lastState else {
            guard let digest = claim.stateBefore else { return .found(nil) }
            return .refused(
                Finding(.cannotVerify, "worker state \(digest) is not given", claim: claim))
        }
        let last: (digest: Digest, state: WorkerState)?
        do {
            last = try find(claim.worker)
        } catch {
            return .refused(
                Finding(
                    .cannotVerify, "the judge's state of the worker cannot be read: \(error)",
                    claim: claim))
        }
        guard last?.digest == claim.stateBefore else {
            let expected = last?.digest.hex ?? "a fresh state"
            let found = claim.stateBefore?.hex ?? "a fresh state"
            return .refused(differs(.badState, "state_before", found, expected, claim))
        }
        guard let last else { return .found(nil) }
        let state = last.state
        guard state.run == claim.run, state.worker == claim.worker, state.round < claim.round
        else {
            return .refused(
                Finding(
                    .badState, "state_before is not an earlier state of the worker's",
                    claim: claim))
        }
        return .found(last)
    }

    private func replay(
        _ artifact: Artifact, _ contribution: Contribution, _ assignment: Assignment,
        _ state: (digest: Digest, state: WorkerState)?,
        progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> Finding {
        let claim = contribution.claim
        var round = LocalRound(
            LocalRound.Inputs(
                run: inputs.run, base: inputs.base, worker: claim.worker,
                assignment: assignment, corpus: inputs.corpus,
                state: state),
            activations: activations, ownsState: true, arithmetic: arithmetic)
        let replayed: Contribution
        let closing: WorkerState
        do {
            while !round.isComplete {
                try round.advance()
                try progress(round.step, Int(assignment.steps))
                if let finding = Judge.compareTrace(contribution, round) { return finding }
            }
            (replayed, closing) = try round.finish()
        } catch let failure as TrainingFailure {
            // Nobody gets past this step, so nobody has an honest contribution to show.
            return Finding(.notReproduced, "training fails at \(failure)", claim: claim)
        }
        let manifest = replayed.artifact(layout: inputs.base.layout, codec: inputs.run.codec.codec)
            .manifest
        guard manifest.digest == artifact.digest else {
            return Finding(
                .notReproduced, Judge.difference(contribution, replayed), claim: claim)
        }
        return Finding(.accepted, "replayed bit for bit", claim: claim, state: closing)
    }

    /// The first committed segment that the replay so far contradicts.
    private static func compareTrace(
        _ contribution: Contribution, _ round: LocalRound
    ) -> Finding? {
        for (index, replayed) in round.trace.enumerated() {
            guard index < contribution.trace.count, contribution.trace[index] == replayed else {
                return Finding(
                    .notReproduced, "\(replayed.name(index + 1)) ends in another state",
                    claim: contribution.claim)
            }
        }
        return nil
    }

    static func difference(_ claimed: Contribution, _ replayed: Contribution) -> String {
        if claimed.trace != replayed.trace { return "trace differs" }
        if let step = zip(claimed.claim.losses, replayed.claim.losses).enumerated()
            .first(where: { $0.element.0 != $0.element.1 })?.offset
        {
            return "loss of step \(step + 1) differs"
        }
        if claimed.update != replayed.update { return "update differs from the trained weights" }
        return "state after the round differs"
    }

    func differs(
        _ outcome: Verdict.Outcome, _ field: String, _ found: String, _ expected: String,
        _ claim: Claim
    ) -> Finding {
        Finding(outcome, "\(field): expected \(expected), found \(found)", claim: claim)
    }
}

import Artifacts
import Identity
import LanguageModel
import Rounds
import Settlement
import Storage
import Verification

extension RunSimulation {
    /// Audits the work of a round by a seed that came after it, and lets verifiers take back what they said
    /// of what is false.
    mutating func audit(_ round: Int, seed: Digest) throws {
        let start = ProcessorTime.now
        var work = deliveries[round] ?? []
        let plans = work.map { delivery in
            AuditPlan(
                of: claim(delivery, round: round), digest: delivery.digest, run: run, seed: seed)
        }
        tally.note("audit plans", since: start)
        for (place, plan) in plans.enumerated() {
            count(plan)
            guard work[place].isLie, plan.segments.contains(where: work[place].isFalse) else {
                continue
            }
            work[place].isFound = true
            if try accuse(work[place], round: round) { exposed.insert(work[place].participant) }
        }
        deliveries[round] = work
    }

    /// Whether as many verifiers as the terms ask for say that a lie of this worker is one.
    func isPunishable(_ strategy: Strategy) -> Bool {
        honestVerifiers(about: strategy).count >= policy.quorum
    }

    /// Enters what verifiers say now of a lie; returns whether it is one by the terms.
    private mutating func accuse(_ lie: Delivery, round: Int) throws -> Bool {
        let strategy = Group.all[lie.group].strategy
        for verifier in honestVerifiers(about: strategy) {
            let word = verdict(.notReproduced, of: lie, round: round).signed(with: verifier)
            let earlier = desk.state.decision(of: verifier.publicKey, about: lie.digest)
            guard let earlier else {
                try desk.enter(word)
                continue
            }
            try desk.enter(Revision(of: earlier.verdict, by: word).json, by: verifier)
        }
        return isPunishable(strategy)
    }

    /// The verifiers that nobody has bribed in favour of such workers.
    private func honestVerifiers(about strategy: Strategy) -> [SigningKey] {
        guard strategy == .collude else { return verifiers }
        var honest = verifiers
        honest.remove(at: min(1, honest.count - 1))
        return honest
    }

    private mutating func count(_ plan: AuditPlan) {
        let perStep = run.round.batch * run.data.sequenceLength
        let terms = AuditTerms(run.verification.replay, count: plan.segmentation.count)
        let replayed = plan.steps * verifiers.count
        tally.work.replayed += replayed
        tally.work.expectedReplayed +=
            terms.cost * Double(plan.segmentation.steps * verifiers.count)
        tally.work.checkingSeconds += Double(replayed * perStep) / meanSpeed
        tally.work.drawn += plan.scope == .none ? 0 : 1
        let segments = plan.segments
        // Of segments in a row the audit goes on from one to the next.
        tally.work.shownStates += segments.count { $0 > 1 && !segments.contains($0 - 1) }
    }

    private var meanSpeed: Double {
        Double(Scenario.machines.reduce(0) { $0 + Int($1.speed) * $1.percent }) / 100
    }

    /// The claim of a contribution, as far as a plan looks at it.
    private func claim(_ work: Delivery, round: Int) -> Claim {
        Claim(
            run: run.digest, round: round, base: run.digest, worker: work.worker,
            assignment: run.digest, data: run.data.root, arithmetic: .exact,
            steps: work.segmentation.steps, tokens: Int(work.tokens), losses: [],
            stateBefore: nil, stateAfter: run.digest)
    }
}

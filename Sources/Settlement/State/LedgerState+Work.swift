import Artifacts
import Encodings
package import Identity
package import Storage

extension LedgerState {
    mutating func apply(_ contribution: SealedContribution) throws(MalformedInput) {
        let claim = contribution.claim
        guard claim.run == genesis.run else {
            throw .field("run", expected: "\(genesis.run)", found: "\(claim.run)")
        }
        guard claim.round == openRound, !isClosed else {
            throw MalformedInput("round \(claim.round) is \(phase(of: claim.round))")
        }
        guard let member = members[claim.worker], isOnRoster(claim.worker, member, of: claim.round)
        else {
            throw MalformedInput("\(claim.worker) is not on the roster of round \(claim.round)")
        }
        guard works[claim.worker] == nil else {
            throw MalformedInput(
                "\(claim.worker) has another contribution in round \(claim.round)")
        }
        guard works.count < RoundOutcome.maximumContributions else {
            throw MalformedInput("round \(claim.round) has \(works.count) contributions already")
        }
        var work = Work(contribution: contribution.withoutText, stake: stake(of: claim.worker))
        for early in early.removeValue(forKey: contribution.digest) ?? []
        where work.decisions[early.verifier] == nil
            && (try? check(early.verdict, against: claim)) != nil
        {
            work.decisions[early.verifier] = Work.Decision(
                outcome: early.verdict.outcome, verdict: early.identity, isRevision: false)
        }
        pending[claim.round, default: [:]][claim.worker] = work
        sealed[claim.round, default: [:]][contribution.digest] = claim.worker
    }

    /// Applies a verdict, which is known by `identity`.
    mutating func apply(
        _ verdict: Verdict, by verifier: PublicKey, identity: Digest
    ) throws(MalformedInput) {
        guard verifiers.contains(verifier) else {
            throw MalformedInput("\(verifier) is not a verifier of this ledger")
        }
        guard let place = place(of: verdict.contribution) else {
            try checkUnsealed(verdict)
            if verdict.outcome == .wrongRun {
                early[verdict.contribution, default: []].append((verdict, verifier, identity))
            }
            return
        }
        let (worker, work) = try pendingWork(place, about: verdict)
        guard verdict.outcome.decides else { return }
        if let earlier = work.decisions[verifier] {
            throw MalformedInput(
                "\(verifier) already said '\(earlier.outcome.rawValue)' of this contribution")
        }
        pending[place.round]?[worker]?.decisions[verifier] = Work.Decision(
            outcome: verdict.outcome, verdict: identity, isRevision: false)
    }

    /// Notes what a verifier measured of sealed work, once.
    mutating func apply(_ score: Score, by verifier: PublicKey) throws(MalformedInput) {
        guard verifiers.contains(verifier) else {
            throw MalformedInput("\(verifier) is not a verifier of this ledger")
        }
        guard let place = place(of: score.contribution) else {
            throw MalformedInput("contribution \(score.contribution) is not in the ledger")
        }
        guard let worker = place.worker, let work = pending[place.round]?[worker] else {
            throw MalformedInput("round \(place.round) is final, and its scores")
        }
        let claim = work.contribution.claim
        guard score.run == claim.run, score.round == claim.round, score.base == claim.base,
            score.worker == claim.worker
        else {
            throw MalformedInput(
                "the score's run, round, base or worker are not those of the contribution")
        }
        guard work.scores[verifier] == nil else {
            throw MalformedInput("\(verifier) scored this contribution already")
        }
        pending[place.round]?[worker]?.scores[verifier] = Work.Measure(score)
    }

    /// What a verifier decided about a contribution whose round is not final.
    package func decision(of verifier: PublicKey, about contribution: Digest) -> Work.Decision? {
        guard let place = place(of: contribution), let worker = place.worker else { return nil }
        return pending[place.round]?[worker]?.decisions[verifier]
    }

    /// Puts a verifier's second word in the place of its first.
    mutating func apply(_ revision: Revision, by author: PublicKey) throws(MalformedInput) {
        let verdict = revision.verdict
        guard genesis.delays.dispute > 0 else {
            throw MalformedInput("this ledger has no dispute rounds: verdicts stand")
        }
        guard author == revision.verifier else {
            throw MalformedInput("a verdict is revised by \(revision.verifier), not by \(author)")
        }
        guard let place = place(of: verdict.contribution) else {
            throw MalformedInput("contribution \(verdict.contribution) is not in the ledger")
        }
        let (worker, work) = try pendingWork(place, about: verdict)
        guard let decision = work.decisions[author], !decision.isRevision,
            decision.verdict == revision.revised
        else {
            throw MalformedInput(
                "\(revision.revised) is not what \(author) first said of this contribution, or is"
                    + " revised already")
        }
        guard verdict.outcome.decides else {
            throw MalformedInput("a revision decides; this one says '\(verdict.outcome.rawValue)'")
        }
        pending[place.round]?[worker]?.decisions[author] = Work.Decision(
            outcome: verdict.outcome, verdict: revision.revised, isRevision: true)
    }

    /// The work that a verdict may be about, as long as its round is not final.
    private func pendingWork(
        _ place: (round: UInt32, worker: PublicKey?), about verdict: Verdict
    ) throws(MalformedInput) -> (worker: PublicKey, work: Work) {
        guard let worker = place.worker, let work = pending[place.round]?[worker] else {
            throw MalformedInput("round \(place.round) is final, and its verdicts")
        }
        guard !verdict.outcome.isAboutAnotherFile else {
            throw MalformedInput(
                "contribution \(verdict.contribution) is sealed with a valid signature;"
                    + " a verdict '\(verdict.outcome.rawValue)' has no effect on it")
        }
        try check(verdict, against: work.contribution.claim)
        try check(verdict.outcome, isTolerant: work.contribution.claim.isTolerant)
        return (worker, work)
    }

    /// Lets pass what says that a file is no contribution to this ledger; it moves no money.
    private func checkUnsealed(_ verdict: Verdict) throws(MalformedInput) {
        switch verdict.outcome {
        case .malformed, .badSignature, .wrongRun, .cannotVerify: return
        default:
            throw MalformedInput(
                "contribution \(verdict.contribution) is not in the ledger, so it cannot be"
                    + " '\(verdict.outcome.rawValue)'")
        }
    }

    /// Checks that only exact work is accepted, and only tolerant work plausible, where the terms
    /// take such.
    private func check(
        _ outcome: Verdict.Outcome, isTolerant: Bool
    ) throws(MalformedInput) {
        let isWrong =
            switch outcome {
            case .accepted: isTolerant
            case .plausible: !isTolerant || genesis.tolerantPay == nil
            default: false
            }
        guard !isWrong else {
            throw MalformedInput(
                "a contribution of class \(isTolerant ? "tolerant" : "exact") cannot be"
                    + " '\(outcome.rawValue)' in this ledger")
        }
    }

    /// Checks that the verdict speaks of what the worker signed.
    private func check(
        _ verdict: Verdict, against claim: SealedContribution.Claim
    ) throws(MalformedInput) {
        guard let claims = verdict.claims else { return }
        guard claims.run == claim.run, claims.round == claim.round, claims.base == claim.base,
            claims.worker == claim.worker, claims.tokens == claim.tokens
        else {
            throw MalformedInput(
                "the verdict's run, round, base, worker or tokens are not those of the contribution"
            )
        }
    }
}

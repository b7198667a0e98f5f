import Artifacts
import Encodings
import Identity

extension LedgerState {
    mutating func apply(_ contribution: SealedContribution) throws(MalformedInput) {
        let claim = contribution.claim
        guard claim.run == genesis.run else {
            throw .field("run", expected: "\(genesis.run)", found: "\(claim.run)")
        }
        guard claim.round == openRound else {
            throw MalformedInput(
                "round \(claim.round) is "
                    + (claim.round < nextRound ? "settled" : "not open yet"))
        }
        guard let member = members[claim.worker], isOnRoster(claim.worker, member, of: claim.round)
        else {
            throw MalformedInput("\(claim.worker) is not on the roster of round \(claim.round)")
        }
        guard works[claim.worker] == nil else {
            throw MalformedInput(
                "\(claim.worker) has another contribution in round \(claim.round)")
        }
        guard works.count < RoundSettlement.maximumContributions else {
            throw MalformedInput("round \(claim.round) has \(works.count) contributions already")
        }
        var work = Work(contribution: contribution)
        for (verdict, verifier) in early.removeValue(forKey: contribution.digest) ?? []
        where (try? check(verdict, against: claim)) != nil {
            work.verdicts[verifier] = verdict.outcome
        }
        works[claim.worker] = work
        sealed[contribution.digest] = (claim.round, claim.worker)
    }

    mutating func apply(
        _ verdict: Verdict, by verifier: PublicKey
    ) throws(MalformedInput) {
        guard genesis.verifiers.contains(verifier) else {
            throw MalformedInput("\(verifier) is not a verifier of this ledger")
        }
        guard let place = sealed[verdict.contribution] else {
            try checkUnsealed(verdict)
            if verdict.outcome == .wrongRun {
                early[verdict.contribution, default: []].append((verdict, verifier))
            }
            return
        }
        guard place.round == openRound, let work = works[place.worker] else {
            throw MalformedInput("round \(place.round) is settled; its verdicts are final")
        }
        guard !verdict.outcome.isAboutAnotherFile else {
            throw MalformedInput(
                "contribution \(verdict.contribution) is sealed with a valid signature;"
                    + " a verdict '\(verdict.outcome.rawValue)' has no effect on it")
        }
        try check(verdict, against: work.contribution.claim)
        try check(verdict.outcome, isTolerant: work.contribution.claim.isTolerant)
        guard verdict.outcome.decides else { return }
        if let earlier = work.verdicts[verifier] {
            throw MalformedInput(
                "\(verifier) already said '\(earlier.rawValue)' of this contribution")
        }
        works[place.worker]?.verdicts[verifier] = verdict.outcome
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

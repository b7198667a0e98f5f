import Encodings
import Identity
import Storage

extension LedgerState {
    /// What settling the next round moves.
    ///
    /// The pool is shared out among the accepted contributions first; then the stakes of proven
    /// liars are slashed, into the treasury; then workers whose last round this was get their
    /// stakes. Nothing depends on the order of the verdicts. Another rule than that of the terms
    /// shows what it would have moved.
    package func settlementOfNextRound(under rule: RewardRule? = nil) -> RoundSettlement {
        let works = works.sorted { $0.key < $1.key }
        var settlement = RoundSettlement(
            run: genesis.run, round: nextRound, rule: rule ?? genesis.rewardRule,
            pool: min(genesis.rewardPerRound, treasury))
        var paid: [Work] = []
        for (worker, work) in works {
            switch work.outcome(quorum: genesis.quorum) {
            case .accepted, .plausible: paid.append(work)
            case .lie: settlement.slashes.append(slash(worker))
            case .rejected: settlement.rejected.append(worker)
            case .undecided: settlement.undecided.append(worker)
            }
        }
        settlement.credits = credits(for: paid, pool: settlement.pool, settlement.rule)
        settlement.released = releases(after: settlement)
        return settlement
    }

    /// Applies a settlement entry, which must say exactly what the entries before it imply.
    mutating func apply(
        settlementOf round: UInt32, _ json: JSON, by author: PublicKey
    ) throws(MalformedInput) {
        guard author == genesis.keeper else {
            throw MalformedInput("a round is settled by \(genesis.keeper), not by \(author)")
        }
        guard round == openRound else {
            throw MalformedInput("round \(round) is not open")
        }
        let derived = settlementOfNextRound()
        guard derived.entryBody.canonicalBytes() == json.canonicalBytes() else {
            throw MalformedInput("the settlement differs from the one the entries before it imply")
        }
        for credit in derived.credits {
            guard let member = members[credit.worker] else { continue }
            try move(
                Movement(
                    credit.amount, from: .treasury, to: .balance(member.payout),
                    for: .reward(worker: credit.worker, round: round, tokens: credit.tokens)))
        }
        for slash in derived.slashes {
            try move(
                Movement(
                    slash.amount, from: .stake(slash.worker), to: .treasury,
                    for: .slash(worker: slash.worker, round: round)))
        }
        for release in derived.released { try self.release(release.worker) }
        totals.paid += UInt128(derived.paid)
        totals.slashed += UInt128(derived.slashed)
        works = [:]
        settledRounds = round
        lastSettlement = derived
    }

    private func slash(_ worker: PublicKey) -> RoundSettlement.Slash {
        let stake = stake(of: worker)
        return RoundSettlement.Slash(
            worker: worker, stake: stake, amount: genesis.slash.share(of: stake))
    }

    /// What is cut from the pay of plausible work stays in the treasury.
    private func credits(
        for paid: [Work], pool: UInt64, _ rule: RewardRule
    ) -> [RoundSettlement.Credit] {
        let tokens = paid.map(\.contribution.claim.tokens)
        guard let shares = rule.shares(of: pool, verifiedTokens: tokens) else {
            return []
        }
        return zip(paid, shares).map { work, share in
            let claim = work.contribution.claim
            let pay = claim.isTolerant ? genesis.tolerantPay?.share(of: share) ?? 0 : share
            return RoundSettlement.Credit(
                worker: claim.worker, tokens: claim.tokens, amount: pay)
        }
    }

    private func releases(after settlement: RoundSettlement) -> [RoundSettlement.Release] {
        let lost = Dictionary(
            uniqueKeysWithValues: settlement.slashes.map { ($0.worker, $0.amount) })
        return members.filter { $0.value.endRound == nextRound + 1 }
            .map { worker, _ in
                RoundSettlement.Release(
                    worker: worker, amount: stake(of: worker) - (lost[worker] ?? 0))
            }
            .sorted { $0.worker < $1.worker }
    }
}

import Encodings
import Identity
import Storage

extension LedgerState {
    /// What settling the next round moves.
    ///
    /// The pool is shared out among the accepted contributions first; then the stakes of proven
    /// liars are slashed, into the treasury; then workers whose last round this was get their
    /// stakes. Nothing depends on the order of the verdicts.
    package func settlementOfNextRound() -> RoundSettlement {
        let works = works.sorted { $0.key < $1.key }
        var settlement = RoundSettlement(
            run: genesis.run, round: nextRound, rule: genesis.rewardRule,
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
        settlement.credits = credits(for: paid, pool: settlement.pool)
        settlement.released = releases(after: settlement)
        return settlement
    }

    /// What a settled round moved, or `nil` when it is not settled.
    package func settlement(of round: UInt32) -> RoundSettlement? {
        round > 0 && round < nextRound ? settlements[Int(round) - 1] : nil
    }

    /// Applies a settlement entry, which must say exactly what the entries before it imply.
    mutating func apply(settlementOf round: UInt32, _ json: JSON) throws(MalformedInput) {
        guard round == openRound else {
            throw MalformedInput("round \(round) is not open")
        }
        let derived = settlementOfNextRound()
        guard derived.json.canonicalBytes() == json.canonicalBytes() else {
            throw MalformedInput("the settlement differs from the one the entries before it imply")
        }
        for credit in derived.credits {
            guard let member = members[credit.worker] else { continue }
            try debit(.treasury, credit.amount)
            self.credit(.key(member.payout), credit.amount)
        }
        for slash in derived.slashes {
            members[slash.worker]?.stake -= slash.amount
            credit(.treasury, slash.amount)
        }
        for release in derived.released { pay(release) }
        works = [:]
        settlements.append(derived)
    }

    private func slash(_ worker: PublicKey) -> RoundSettlement.Slash {
        let stake = members[worker]?.stake ?? 0
        return RoundSettlement.Slash(
            worker: worker, stake: stake, amount: genesis.slash.share(of: stake))
    }

    /// What is cut from the pay of plausible work stays in the treasury.
    private func credits(for paid: [Work], pool: UInt64) -> [RoundSettlement.Credit] {
        let tokens = paid.map(\.contribution.claim.tokens)
        guard let shares = genesis.rewardRule.shares(of: pool, verifiedTokens: tokens) else {
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
            .map { worker, member in
                RoundSettlement.Release(
                    worker: worker, amount: member.stake - (lost[worker] ?? 0))
            }
            .sorted { $0.worker < $1.worker }
    }
}

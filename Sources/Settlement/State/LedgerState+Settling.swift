import Artifacts
import Encodings
import Identity
import Storage

extension LedgerState {
    /// What settling the next round moves; nothing depends on the order of the verdicts.
    package func settlementOfNextRound() -> RoundSettlement {
        var settled = self
        return settled.settle()
    }

    /// What the verdicts so far about a round that is open or provisional come to under a rule.
    package func outcome(of round: UInt32, under rule: RewardRule) -> RoundOutcome? {
        switch phase(of: round) {
        case .ahead, .final: nil
        case .open, .closed:
            outcome(
                of: round, sharing: min(genesis.rewardPerRound, treasury), under: rule)
        case .provisional:
            outcome(of: round, sharing: money[.escrow(round: round)], under: rule)
        }
    }

    /// Applies a settlement entry, which must say exactly what the entries before it imply.
    mutating func apply(
        settlementOf round: UInt32, _ json: JSON, by author: PublicKey
    ) throws(MalformedInput) {
        try checkKeeper(author, "a round is settled")
        guard round == openRound else {
            throw MalformedInput("round \(round) is not open")
        }
        var settled = self
        let derived = settled.settle()
        guard derived.entryBody.canonicalBytes() == json.canonicalBytes() else {
            throw MalformedInput("the settlement differs from the one the entries before it imply")
        }
        self = settled
        lastSettlement = derived
    }

    /// Settles the next round.
    ///
    /// Puts its pool aside, or pays at once where nothing can be disputed; makes the round final whose
    /// disputes end; pays instalments; releases stakes. In this order.
    private mutating func settle() -> RoundSettlement {
        let (round, delays, rule) = (nextRound, genesis.delays, genesis.rewardRule)
        let isDisputable = delays.dispute > 0
        let pool = isDisputable && works.isEmpty ? 0 : min(genesis.rewardPerRound, treasury)
        var settlement = RoundSettlement(
            run: genesis.run, outcome: outcome(of: round, sharing: pool, under: rule),
            delays: delays)
        if isDisputable {
            moveHeld(pool, from: .treasury, to: .escrow(round: round), for: .escrow(round: round))
        }
        if isDisputable, round > delays.dispute {
            let earlier = round - delays.dispute
            settlement.earlier = outcome(
                of: earlier, sharing: money[.escrow(round: earlier)], under: rule)
        }
        (settledRounds, isClosed) = (round, false)
        if let final = settlement.final {
            settlement.withheld += pay(
                final, from: isDisputable ? .escrow(round: final.round) : .treasury)
            (pending[final.round], sealed[final.round]) = (nil, nil)
        }
        settlement.withheld += payInstalments(&settlement)
        for worker in members.keys.filter(isReleasable).sorted() {
            settlement.released.append(
                RoundSettlement.Payment(worker: worker, amount: stake(of: worker)))
            settlement.withheld += release(worker)
        }
        return settlement
    }

    /// What the verdicts so far about a round come to.
    private func outcome(
        of round: UInt32, sharing pool: UInt64, under rule: RewardRule
    ) -> RoundOutcome {
        var outcome = RoundOutcome(round: round, rule: rule, pool: pool)
        var paid: [(worker: PublicKey, work: Work, merits: RewardRule.Merits)] = []
        for (worker, work) in (pending[round] ?? [:]).sorted(by: { $0.key < $1.key }) {
            switch work.outcome(quorum: genesis.quorum) {
            case .accepted, .plausible:
                let merits = work.merits(quorum: genesis.quorum)
                if rule.needsScores, merits == nil {
                    outcome.undecided.append(worker)
                } else {
                    let tokens = work.contribution.claim.tokens
                    paid.append((worker, work, merits ?? RewardRule.Merits(tokens: tokens)))
                }
            case .lie:
                let loss = genesis.slash.share(of: work.stake)
                let held = stake(of: worker)
                outcome.slashes.append(
                    RoundOutcome.Slash(
                        worker: worker, stake: work.stake, amount: loss,
                        owed: loss > held ? loss - held : 0))
            case .rejected: outcome.rejected.append(worker)
            case .undecided: outcome.undecided.append(worker)
            }
        }
        guard let shares = rule.shares(of: pool, by: paid.map(\.merits)) else { return outcome }
        // What is cut from the pay of plausible work is not paid to anybody.
        outcome.credits = zip(paid, shares).map { paid, share in
            let claim = paid.work.contribution.claim
            let pay = claim.isTolerant ? genesis.tolerantPay?.share(of: share) ?? 0 : share
            return RoundOutcome.Credit(worker: paid.worker, tokens: claim.tokens, amount: pay)
        }
        return outcome
    }

    /// Pays and slashes as a final outcome says; returns what was kept back for debts.
    private mutating func pay(_ outcome: RoundOutcome, from pool: Holding) -> UInt64 {
        var withheld: UInt64 = 0
        for credit in outcome.credits {
            let reason = Movement.Reason.reward(
                worker: credit.worker, round: outcome.round, tokens: credit.tokens)
            if genesis.delays.vesting > 0 {
                moveHeld(credit.amount, from: pool, to: .vesting(credit.worker), for: reason)
            } else {
                withheld += pay(credit.worker, credit.amount, from: pool, for: reason)
            }
        }
        if genesis.delays.vesting > 0 {
            vesting[settledRounds] = Dictionary(
                uniqueKeysWithValues: outcome.credits.map { ($0.worker, $0.amount) })
        }
        if pool != .treasury {
            moveHeld(
                outcome.unpaid, from: pool, to: .treasury, for: .unspent(round: outcome.round))
        }
        for slash in outcome.slashes {
            moveHeld(
                slash.amount - slash.owed, from: .stake(slash.worker), to: .treasury,
                for: .slash(worker: slash.worker, round: outcome.round))
            owe(slash.owed, by: slash.worker)
        }
        totals.paid += UInt128(outcome.paid)
        totals.slashed += UInt128(outcome.slashed)
        return withheld
    }

    /// Pays what is due of earlier pay, one sum for each worker; returns what was kept back for debts.
    private mutating func payInstalments(_ settlement: inout RoundSettlement) -> UInt64 {
        let delays = genesis.delays
        var due: [PublicKey: UInt64] = [:]
        for (earned, credits) in vesting where earned < settledRounds {
            let rounds = settledRounds - earned
            for (worker, earned) in credits {
                let amount =
                    delays.vested(earned, after: rounds) - delays.vested(earned, after: rounds - 1)
                if amount > 0 { due[worker, default: 0] += amount }
            }
            if rounds == delays.vesting { vesting[earned] = nil }
        }
        settlement.instalments = due.sorted { $0.key < $1.key }
            .map { RoundSettlement.Payment(worker: $0.key, amount: $0.value) }
        return settlement.instalments.reduce(0) { withheld, payment in
            withheld
                + pay(
                    payment.worker, payment.amount, from: .vesting(payment.worker),
                    for: .instalment(worker: payment.worker))
        }
    }

    /// Pays a worker's payout account, once what the worker owes is kept back; returns that.
    mutating func pay(
        _ worker: PublicKey, _ amount: UInt64, from source: Holding, for reason: Movement.Reason
    ) -> UInt64 {
        let owed = debts[worker] ?? 0
        let withheld = min(owed, amount)
        debts[worker] = owed > withheld ? owed - withheld : nil
        moveHeld(withheld, from: source, to: .treasury, for: .debt(worker: worker))
        let account = current(payees[worker] ?? worker)
        moveHeld(amount - withheld, from: source, to: .balance(account), for: reason)
        if amount > withheld { payForWork[account, default: 0] += amount - withheld }
        return withheld
    }

    /// Notes that a worker lost more than it had at stake.
    ///
    /// Nobody can be kept back more than there is, so a debt that is more counts as that.
    private mutating func owe(_ amount: UInt64, by worker: PublicKey) {
        guard amount > 0 else { return }
        let (sum, overflows) = (debts[worker] ?? 0).addingReportingOverflow(amount)
        debts[worker] = overflows ? genesis.supply : min(sum, genesis.supply)
    }

    /// Moves money that is known to be there.
    private mutating func moveHeld(
        _ amount: UInt64, from source: Holding, to destination: Holding,
        for reason: Movement.Reason
    ) {
        do {
            try move(Movement(amount, from: source, to: destination, for: reason))
        } catch {
            preconditionFailure("a settlement moves what there is: \(error)")
        }
    }
}

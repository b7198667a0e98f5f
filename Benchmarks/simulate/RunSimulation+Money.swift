import Identity
import Rounds
import Settlement

extension RunSimulation {
    /// Settles the round that is open, and counts what the one that becomes final brought.
    mutating func settle() throws {
        let start = ProcessorTime.now
        let settlement = desk.state.settlementOfNextRound()
        try desk.enter(settlement.entryBody)
        tally.note("settlements", since: start)
        tally.withheld += settlement.withheld
        if let final = settlement.earlier { try count(final) }
    }

    private mutating func count(_ outcome: RoundOutcome) throws {
        let work = deliveries.removeValue(forKey: Int(outcome.round)) ?? []
        var paid: [PublicKey: UInt64] = [:]
        var lost: [PublicKey: UInt64] = [:]
        var tokens: UInt64 = 0
        for credit in outcome.credits {
            paid[credit.worker] = credit.amount
            tokens += credit.tokens
        }
        for slash in outcome.slashes {
            lost[slash.worker] = slash.amount - slash.owed
            tally.owed += slash.owed
        }
        let tokenPay = Double(outcome.paid) / Double(max(tokens, 1))
        let stepPay = tokenPay * Double(run.round.batch * run.data.sequenceLength)
        for delivery in work {
            let strategy = Group.all[delivery.group].strategy
            let slashed = lost[delivery.worker] ?? 0
            if !delivery.isLie, slashed > 0 { tally.work.wronged += 1 }
            tally.groups[delivery.group].count(
                delivery.isLie
                    ? LieAccount(
                        of: delivery, strategy: strategy, pay: paid[delivery.worker] ?? 0,
                        slashed: slashed, stepPay: stepPay, stepCost: scenario.stepCost,
                        replay: run.verification.replay, isPunished: isPunishable(strategy))
                    : nil)
        }
        tally.paid += Double(outcome.paid)
    }
}

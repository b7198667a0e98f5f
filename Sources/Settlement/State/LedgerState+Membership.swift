import Encodings
import Identity

extension LedgerState {
    mutating func apply(_ join: Join) throws(MalformedInput) {
        try check(join.ledger)
        guard members[join.worker] == nil else {
            throw MalformedInput("\(join.worker) is a worker already")
        }
        guard members.count < Self.maximumMembers else {
            throw MalformedInput("there are \(Self.maximumMembers) workers already")
        }
        try checkUnopened(join.round)
        guard join.stake >= genesis.minimumStake else {
            throw .field(
                "stake", expected: "at least \(genesis.minimumStake)", found: "\(join.stake)")
        }
        try debit(.key(join.worker), join.stake)
        members[join.worker] = Member(
            payout: join.payout, throughput: join.throughput, firstRound: join.round,
            endRound: nil, stake: join.stake)
    }

    mutating func apply(_ leave: Leave) throws(MalformedInput) {
        try check(leave.ledger)
        guard var member = members[leave.worker], member.endRound == nil else {
            throw MalformedInput("\(leave.worker) is not a worker, or leaves already")
        }
        try checkUnopened(leave.round)
        member.endRound = leave.round
        members[leave.worker] = member
        if leave.round == nextRound {
            pay(RoundSettlement.Release(worker: leave.worker, amount: member.stake))
        }
    }

    /// Pays a stake to the worker's payout account and lets the worker go.
    mutating func pay(_ release: RoundSettlement.Release) {
        guard let member = members.removeValue(forKey: release.worker) else { return }
        credit(.key(member.payout), release.amount)
    }
}

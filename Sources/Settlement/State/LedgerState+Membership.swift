import Encodings
import Identity

extension LedgerState {
    mutating func apply(_ join: Join, by worker: PublicKey) throws(MalformedInput) {
        guard members[worker] == nil else {
            throw MalformedInput("\(worker) is a worker already")
        }
        guard members.count < Self.maximumMembers else {
            throw MalformedInput("there are \(Self.maximumMembers) workers already")
        }
        try checkUnopened(join.round)
        guard join.stake >= genesis.minimumStake else {
            throw .field(
                "stake", expected: "at least \(genesis.minimumStake)", found: "\(join.stake)")
        }
        try move(Movement(join.stake, from: .balance(worker), to: .stake(worker), for: .stake))
        members[worker] = Member(
            payout: join.payout, throughput: join.throughput, firstRound: join.round,
            endRound: nil)
    }

    mutating func apply(_ leave: Leave, by worker: PublicKey) throws(MalformedInput) {
        guard let member = members[worker], member.endRound == nil else {
            throw MalformedInput("\(worker) is not a worker, or leaves already")
        }
        try checkUnopened(leave.round)
        members[worker]?.endRound = leave.round
        if leave.round == nextRound { try release(worker) }
    }

    /// Pays a stake to the worker's payout account and lets the worker go.
    mutating func release(_ worker: PublicKey) throws(MalformedInput) {
        guard let member = members.removeValue(forKey: worker) else { return }
        try move(
            Movement(
                stake(of: worker), from: .stake(worker), to: .balance(member.payout),
                for: .release(worker: worker)))
    }
}

import Artifacts
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
        try checkInUse(join.payout)
        let payee = current(payees[worker] ?? worker)
        guard vesting(of: worker) == 0 || payee == join.payout else {
            throw MalformedInput(
                "\(worker) has pay to come, to \(payee): it is paid to that account till then")
        }
        guard join.stake >= genesis.leastStake else {
            throw .field(
                "stake", expected: "at least \(genesis.leastStake)", found: "\(join.stake)")
        }
        try move(Movement(join.stake, from: .balance(worker), to: .stake(worker), for: .stake))
        members[worker] = Member(
            throughput: join.throughput, firstRound: join.round, endRound: nil)
        payees[worker] = join.payout
        namedKeys.insert(join.payout)
    }

    /// Lets a worker take no part from a round on.
    mutating func leave(_ round: UInt32, by worker: PublicKey) throws(MalformedInput) {
        guard let member = members[worker], member.endRound == nil else {
            throw MalformedInput("\(worker) is not a worker, or leaves already")
        }
        try checkUnopened(round)
        members[worker]?.endRound = round
        if isReleasable(worker) { _ = release(worker) }
    }

    /// Whether a worker has left, and every round it could have worked in is settled for long enough.
    func isReleasable(_ worker: PublicKey) -> Bool {
        guard let end = members[worker]?.endRound else { return false }
        return UInt64(end) - 1 + UInt64(genesis.delays.unbonding) <= UInt64(settledRounds)
    }

    /// Pays a stake to the worker's payout account and lets the worker go; returns what was kept back.
    mutating func release(_ worker: PublicKey) -> UInt64 {
        members[worker] = nil
        return pay(
            worker, stake(of: worker), from: .stake(worker), for: .release(worker: worker))
    }
}

import Encodings
package import Identity

extension LedgerState {
    mutating func apply(_ join: Join) throws(MalformedInput) {
        try check(run: join.run)
        guard members[join.worker] == nil else {
            throw MalformedInput("\(join.worker) is a worker already")
        }
        guard members.count < Self.maximumMembers else {
            throw MalformedInput("there are \(Self.maximumMembers) workers already")
        }
        guard join.round >= nextRound else {
            throw MalformedInput("round \(join.round) is settled; the next one is \(nextRound)")
        }
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
        try check(run: leave.run)
        guard var member = members[leave.worker], member.endRound == nil else {
            throw MalformedInput("\(leave.worker) is not a worker, or leaves already")
        }
        guard leave.round >= nextRound else {
            throw MalformedInput("round \(leave.round) is settled; the next one is \(nextRound)")
        }
        let lastRound = openRounds.filter { $0.value[leave.worker] != nil }.keys.max()
        if let lastRound, leave.round <= lastRound {
            throw MalformedInput("\(leave.worker) has a contribution in round \(lastRound)")
        }
        member.endRound = leave.round
        members[leave.worker] = member
        for release in dueReleases() { pay(release) }
    }

    /// The stakes of the workers all of whose rounds are settled, in the order of their keys.
    func dueReleases() -> [RoundSettlement.Release] {
        members.filter { $0.value.endRound.map { $0 <= nextRound } ?? false }
            .map { RoundSettlement.Release(worker: $0.key, amount: $0.value.stake) }
            .sorted { $0.worker < $1.worker }
    }

    /// Pays a stake to the worker's payout account and lets the worker go.
    mutating func pay(_ release: RoundSettlement.Release) {
        guard let member = members.removeValue(forKey: release.worker) else { return }
        credit(.key(member.payout), release.amount)
    }

    /// The workers that take part in a round and hold the least stake, in the order of their keys.
    package func workers(in round: UInt32) -> [(key: PublicKey, member: Member)] {
        members.filter { $0.value.takesPart(in: round) && $0.value.stake >= genesis.minimumStake }
            .map { (key: $0.key, member: $0.value) }
            .sorted { $0.key < $1.key }
    }
}

import Encodings
package import Identity

extension LedgerState {
    /// The round that is worked in, or `nil` between a settlement and the next opening.
    package var openRound: UInt32? {
        openings.count > Int(settledRounds) ? UInt32(openings.count) : nil
    }

    /// The first round whose roster is not fixed yet, which members may still join or leave.
    package var nextToOpen: UInt32 { UInt32(openings.count) + 1 }

    /// How many entries came before a round was opened, or `nil` when it was not.
    package func sizeBeforeOpening(of round: UInt32) -> UInt64? {
        round > 0 && round < nextToOpen ? openings[Int(round) - 1] : nil
    }

    /// The workers that take part in a round and hold the least stake, in the order of their keys.
    package func workers(in round: UInt32) -> [(key: PublicKey, member: Member)] {
        members.filter { isOnRoster($0.key, $0.value, of: round) }
            .map { (key: $0.key, member: $0.value) }
            .sorted { $0.key < $1.key }
    }

    /// The speed that a member counts with in tokens per second: what it declared, as far as its
    /// stake backs that.
    func throughput(of worker: PublicKey, _ member: Member) -> UInt64 {
        guard genesis.stakePerThroughput > 0 else { return member.throughput }
        return min(member.throughput, stake(of: worker) / genesis.stakePerThroughput)
    }

    /// Whether a member takes part in a round and holds the least stake.
    ///
    /// While a round is open nothing changes the answer for it: nobody joins or leaves it, and
    /// stakes move only when a round is settled.
    func isOnRoster(_ worker: PublicKey, _ member: Member, of round: UInt32) -> Bool {
        member.takesPart(in: round) && stake(of: worker) >= genesis.leastStake
    }

    /// Begins a round.
    mutating func open(_ round: UInt32, by author: PublicKey) throws(MalformedInput) {
        try checkKeeper(author, "a round is opened")
        guard openRound == nil, round == nextRound else {
            throw MalformedInput(
                "round \(round) cannot be opened: \(nextRound) is the first not settled"
                    + (openRound == nil ? "" : ", and open"))
        }
        openings.append(entryCount)
    }

    /// Ends the work of a round; its verdicts may still come.
    mutating func close(_ round: UInt32, by author: PublicKey) throws(MalformedInput) {
        try checkKeeper(author, "a round is closed")
        guard round == openRound, !isClosed else {
            throw MalformedInput("round \(round) is \(phase(of: round))")
        }
        isClosed = true
    }

    /// Checks that a round's roster is not fixed yet.
    func checkUnopened(_ round: UInt32) throws(MalformedInput) {
        guard round >= nextToOpen else {
            throw MalformedInput(
                "the roster of round \(round) is fixed; the first round to be opened is \(nextToOpen)"
            )
        }
    }

    /// Checks that the operator is the author of what only the operator says.
    func checkKeeper(_ author: PublicKey, _ what: String) throws(MalformedInput) {
        guard author == genesis.keeper else {
            throw MalformedInput("\(what) by \(genesis.keeper), not by \(author)")
        }
    }
}

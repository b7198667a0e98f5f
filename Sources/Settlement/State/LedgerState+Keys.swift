import Artifacts
import Encodings
import Identity
import Storage

extension LedgerState {
    /// Names the key that may recover another; a key names its own, and then only that one names the next.
    mutating func apply(_ recovery: Recovery, by author: PublicKey) throws(MalformedInput) {
        let owner = recoveries[recovery.of] ?? recovery.of
        guard author == owner else {
            throw MalformedInput("the recovery key of \(recovery.of) is named by \(owner)")
        }
        guard recovery.key != recovery.of, recovery.key != author else {
            throw MalformedInput("a recovery key is another key than the one it is for, and new")
        }
        try checkInUse(recovery.key)
        recoveries[recovery.of] = recovery.key
    }

    /// Puts a key in the place of another, in all that the ledger knows of it.
    mutating func apply(_ rotation: Rotation, by author: PublicKey) throws(MalformedInput) {
        let (old, new) = (rotation.old, rotation.new)
        guard author == old || author == recoveries[old] else {
            throw MalformedInput("\(author) is neither \(old) nor its recovery key")
        }
        guard openRound == nil else {
            throw MalformedInput("round \(openRound ?? 0) is open, and its roster fixed")
        }
        guard old != genesis.keeper else {
            throw MalformedInput("the operator's key is the ledger's name, and is never replaced")
        }
        try checkInUse(old)
        guard new != old, new != genesis.keeper, !retired.contains(new), !verifiers.contains(new),
            members[new] == nil, payees[new] == nil, recoveries[new] == nil
        else { throw MalformedInput("\(new) has a place of its own in this ledger") }
        try moveAll(of: old, to: new)
        retired.insert(old)
        if let index = verifiers.firstIndex(of: old) { verifiers[index] = new }
        members[new] = members.removeValue(forKey: old)
        payees = payees.mapValues { $0 == old ? new : $0 }
        payees[new] = payees.removeValue(forKey: old)
        debts[new] = debts.removeValue(forKey: old)
        recoveries[new] = recoveries.removeValue(forKey: old)
        for (settlement, credits) in vesting {
            vesting[settlement] = credits.map { $0.paid(to: $0.worker == old ? new : $0.worker) }
        }
        early = early.mapValues { verdicts in
            verdicts.map { ($0.verdict, $0.verifier == old ? new : $0.verifier, $0.identity) }
        }
        for (round, works) in pending {
            var works = works
            if let work = works.removeValue(forKey: old) {
                works[new] = work
                sealed[work.contribution.digest] = (round, new)
            }
            pending[round] = works.mapValues { work in
                var work = work
                work.decisions[new] = work.decisions.removeValue(forKey: old)
                work.scores[new] = work.scores.removeValue(forKey: old)
                return work
            }
        }
    }

    /// Checks that a key was not replaced by another.
    func checkInUse(_ key: PublicKey) throws(MalformedInput) {
        guard !retired.contains(key) else {
            throw MalformedInput("\(key) is retired: another key took its place")
        }
    }

    private mutating func moveAll(
        of old: PublicKey, to new: PublicKey
    ) throws(MalformedInput) {
        let places: [(Holding, Holding)] = [
            (.balance(old), .balance(new)), (.stake(old), .stake(new)),
            (.vesting(old), .vesting(new)),
        ]
        for (source, destination) in places {
            try move(
                Movement(money[source], from: source, to: destination, for: .rotation))
        }
    }
}

extension RoundOutcome.Credit {
    /// The same pay, of the key that took the worker's place.
    fileprivate func paid(to worker: PublicKey) -> RoundOutcome.Credit {
        RoundOutcome.Credit(worker: worker, tokens: tokens, amount: amount)
    }
}

import Artifacts
import Encodings
package import Identity
import Storage

extension LedgerState {
    /// Names the key that may recover another; a key names its own, and then only that one names the next.
    mutating func apply(_ recovery: Recovery, by author: PublicKey) throws(MalformedInput) {
        let owner = recoveryKey(of: recovery.of) ?? recovery.of
        guard author == owner else {
            throw MalformedInput("the recovery key of \(recovery.of) is named by \(owner)")
        }
        guard recovery.key != recovery.of, recovery.key != author else {
            throw MalformedInput("a recovery key is another key than the one it is for, and new")
        }
        try checkInUse(recovery.of)
        try checkInUse(recovery.key)
        recoveries[recovery.of] = recovery.key
        namedKeys.insert(recovery.key)
    }

    /// Puts a key in the place of another, in all that the ledger knows of it.
    mutating func apply(_ rotation: Rotation, by author: PublicKey) throws(MalformedInput) {
        let (old, new) = (rotation.old, rotation.new)
        try checkInUse(old)
        let owner = recoveryKey(of: old) ?? old
        guard author == owner else {
            throw MalformedInput("\(old) is replaced by a word of \(owner), not of \(author)")
        }
        guard openRound == nil else {
            throw MalformedInput("round \(nextRound) is open, and its roster fixed")
        }
        guard old != genesis.keeper else {
            throw MalformedInput("the operator's key is the ledger's name, and is never replaced")
        }
        guard hasPlace(old) else { throw MalformedInput("\(old) has no place in this ledger") }
        // What others do to a key must not keep it from a place: send it money, or name it.
        guard new != genesis.keeper, !isRetired(new), !verifiers.contains(new),
            payees[new] == nil, recoveries[new] == nil
        else { throw MalformedInput("\(new) has a place of its own in this ledger") }
        let paid = payForWork.removeValue(forKey: old)
        try moveAll(of: old, to: new)
        successors[old] = new
        members[new] = members.removeValue(forKey: old)
        payees[new] = payees.removeValue(forKey: old)
        debts[new] = debts.removeValue(forKey: old)
        if let paid { payForWork[new, default: 0] += paid }
        recoveries[new] = recoveries.removeValue(forKey: old)
        if namedKeys.remove(old) != nil { namedKeys.insert(new) }
        for settlement in vesting.keys {
            guard let pay = vesting[settlement]?.removeValue(forKey: old) else { continue }
            vesting[settlement]?[new] = pay
        }
        for round in pending.keys {
            guard let work = pending[round]?.removeValue(forKey: old) else { continue }
            pending[round]?[new] = work
            sealed[round]?[work.contribution.digest] = new
        }
        if let index = verifiers.firstIndex(of: old) {
            verifiers[index] = new
            moveWords(of: old, to: new)
        }
    }

    /// Checks that a key was not replaced by another.
    func checkInUse(_ key: PublicKey) throws(MalformedInput) {
        guard !isRetired(key) else {
            throw MalformedInput("\(key) is retired: another key took its place")
        }
    }

    /// The key that took the place of one that is retired.
    package func successor(of key: PublicKey) -> PublicKey? { successors[key] }

    private func isRetired(_ key: PublicKey) -> Bool { successors[key] != nil }

    /// The key that has the place of `key` now.
    ///
    /// Those on the way are told the last one, so that a long row of keys is walked once.
    mutating func current(_ key: PublicKey) -> PublicKey {
        var last = key
        while let next = successors[last] { last = next }
        var passed = key
        while let next = successors[passed], next != last {
            successors[passed] = last
            passed = next
        }
        return last
    }

    /// The key that alone may put another in the place of `key`, if one was named.
    private mutating func recoveryKey(of key: PublicKey) -> PublicKey? {
        guard let named = recoveries[key] else { return nil }
        return current(named)
    }

    /// Whether the ledger knows a key for more than its entries.
    private func hasPlace(_ key: PublicKey) -> Bool {
        [.balance(key), .stake(key), .vesting(key)].contains { money[$0] > 0 }
            || members[key] != nil || payees[key] != nil || recoveries[key] != nil
            || debts[key] != nil || verifiers.contains(key) || namedKeys.contains(key)
    }

    /// Moves what a verifier said, so that its new key does not say it twice.
    private mutating func moveWords(of old: PublicKey, to new: PublicKey) {
        early = early.mapValues { verdicts in
            verdicts.map { ($0.verdict, $0.verifier == old ? new : $0.verifier, $0.identity) }
        }
        pending = pending.mapValues { works in
            works.mapValues { work in
                var work = work
                work.decisions[new] = work.decisions.removeValue(forKey: old)
                work.scores[new] = work.scores.removeValue(forKey: old)
                return work
            }
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

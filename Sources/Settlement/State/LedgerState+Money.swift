import Encodings
package import Identity

extension LedgerState {
    /// What an account holds, without what its owner staked.
    package func balance(of account: Account) -> UInt64 { money[Holding(account)] }

    /// What a worker has at stake.
    package func stake(of worker: PublicKey) -> UInt64 { money[.stake(worker)] }

    /// What a worker has earned and is not paid yet.
    package func vesting(of worker: PublicKey) -> UInt64 { money[.vesting(worker)] }

    /// What is not paid out, in base units.
    package var treasury: UInt64 { money[.treasury] }

    /// Every key that owns or stakes something, or is a worker, in the order of their bytes.
    package var keys: [PublicKey] {
        Set(members.keys).union(debts.keys).union(money.amounts.keys.compactMap(\.owner)).sorted()
    }

    mutating func apply(
        _ transfer: Transfer, by author: PublicKey
    ) throws(MalformedInput) {
        guard
            transfer.source == .key(author)
                || transfer.source == .treasury && author == genesis.keeper
        else {
            throw MalformedInput("\(author) does not dispose of \(transfer.source)")
        }
        guard transfer.amount > 0, transfer.source != transfer.destination else {
            throw MalformedInput("a transfer moves some money to another account")
        }
        if case .key(let key) = transfer.destination { try checkInUse(key) }
        try move(
            Movement(
                transfer.amount, from: Holding(transfer.source), to: Holding(transfer.destination),
                for: .transfer(memo: transfer.memo)))
    }
}

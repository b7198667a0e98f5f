import Encodings
import Identity

extension LedgerState {
    /// What an account holds, without what its owner staked.
    package func balance(of account: Account) -> UInt64 {
        switch account {
        case .treasury: treasury
        case .key(let key): balances[key] ?? 0
        }
    }

    /// What the owner of an account has staked, or `nil` when it is no worker.
    package func stake(of account: Account) -> UInt64? {
        guard case .key(let key) = account else { return nil }
        return members[key]?.stake
    }

    /// Adds to an account; conservation keeps the sum within the supply.
    mutating func credit(_ account: Account, _ amount: UInt64) {
        switch account {
        case .treasury: treasury += amount
        case .key(let key): if amount > 0 { balances[key, default: 0] += amount }
        }
    }

    /// Takes from an account, which must hold as much.
    mutating func debit(_ account: Account, _ amount: UInt64) throws(MalformedInput) {
        let balance = balance(of: account)
        guard balance >= amount else {
            throw MalformedInput(
                "\(account) holds \(genesis.unit.describe(balance)),"
                    + " less than \(genesis.unit.describe(amount))")
        }
        switch account {
        case .treasury: treasury = balance - amount
        case .key(let key): balances[key] = balance == amount ? nil : balance - amount
        }
    }

    mutating func apply(
        _ transfer: Transfer, signedBy signer: PublicKey
    ) throws(MalformedInput) {
        try check(transfer.ledger)
        guard
            transfer.source == .key(signer)
                || transfer.source == .treasury && signer == genesis.keeper
        else {
            throw MalformedInput("\(signer) does not dispose of \(transfer.source)")
        }
        guard transfer.amount > 0, transfer.source != transfer.destination else {
            throw MalformedInput("a transfer moves some money to another account")
        }
        try debit(transfer.source, transfer.amount)
        credit(transfer.destination, transfer.amount)
    }
}

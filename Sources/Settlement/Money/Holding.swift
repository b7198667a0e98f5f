package import Identity

/// Where money lies.
package enum Holding: Hashable, Sendable {
    /// Where all money comes from, once: the other side of the first entry in the books.
    case supply
    /// What is not paid out yet; the operator disposes of it.
    case treasury
    /// What a key owns; its owner disposes of it.
    case balance(PublicKey)
    /// What a worker stands to lose.
    case stake(PublicKey)
    /// The pool of a round that is settled and may still be disputed.
    case escrow(round: UInt32)
    /// What a worker has earned and gets in instalments.
    case vesting(PublicKey)
    /// What an export is to pay outside the ledger.
    case payable(export: UInt32)
    /// What was paid outside the ledger.
    case paidOut
}

extension Holding {
    /// What the owner of an account can dispose of.
    package init(_ account: Account) {
        switch account {
        case .treasury: self = .treasury
        case .key(let key): self = .balance(key)
        }
    }

    /// The kinds of places that make up the supply.
    package enum Kind: String, Sendable, CaseIterable, CustomStringConvertible {
        case treasury, accounts, stakes, escrow, vesting, payable
        case paidOut = "paid_out"

        /// The kind in words.
        package var description: String { self == .paidOut ? "paid out" : rawValue }
    }

    /// What kind of place this is.
    package var kind: Kind {
        switch self {
        case .supply, .treasury: .treasury
        case .balance: .accounts
        case .stake: .stakes
        case .escrow: .escrow
        case .vesting: .vesting
        case .payable: .payable
        case .paidOut: .paidOut
        }
    }

    /// The key whose money it is, if it is anybody's.
    package var owner: PublicKey? {
        switch self {
        case .balance(let key), .stake(let key), .vesting(let key): key
        case .supply, .treasury, .escrow, .payable, .paidOut: nil
        }
    }
}

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
}

extension Holding {
    /// What the owner of an account can dispose of.
    package init(_ account: Account) {
        switch account {
        case .treasury: self = .treasury
        case .key(let key): self = .balance(key)
        }
    }
}

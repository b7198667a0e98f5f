import Identity
package import Settlement

/// What one entry of a ledger moved, as a bookkeeper writes it down.
package struct JournalTransaction: Sendable {
    /// The number of the entry.
    package let entry: UInt64
    /// The day it is written down on.
    package let date: CalendarDate
    /// What it is about, in a word.
    package let payee: String
    /// The lines, which add up to nothing.
    package let postings: [Posting]

    /// A change of one account.
    package struct Posting: Sendable {
        /// The account.
        package let account: String
        /// The change, in base units.
        package let amount: Int128
        /// What the account holds after it.
        package let balance: Int128
        /// Why, in words.
        package let comment: String
    }
}

extension Holding {
    /// The account of the books; keys follow `N-`, as beancount wants a capital first.
    package var bookAccount: String {
        switch self {
        case .supply: "Equity:Supply"
        case .treasury: "Assets:Treasury"
        case .balance(let key): "Assets:Accounts:N-\(key.base58)"
        case .stake(let key): "Assets:Stakes:N-\(key.base58)"
        }
    }
}

extension Movement.Reason {
    /// The payee of a transaction with such a movement.
    var payee: String {
        switch self {
        case .issue, .grant: "genesis"
        case .transfer: "transfer"
        case .stake: "join"
        case .reward, .slash: "settlement"
        case .release: "release"
        }
    }

    /// The movement in words.
    var comment: String {
        switch self {
        case .issue: "all the money there is"
        case .grant: "grant"
        case .transfer(let memo): memo.isEmpty ? "transfer" : "transfer: \(memo)"
        case .stake: "stake"
        case .reward(let worker, let round, let tokens):
            "reward of \(worker) for \(tokens) tokens in round \(round)"
        case .slash(let worker, let round): "slash of \(worker) in round \(round)"
        case .release(let worker): "stake of \(worker), who left"
        }
    }
}

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
        case .escrow(let round): "Assets:Escrow:R-\(round)"
        case .vesting(let key): "Assets:Vesting:N-\(key.base58)"
        case .payable(let export): "Assets:Payable:E-\(export)"
        case .paidOut: "Expenses:PaidOut"
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
        case .reward, .slash, .escrow, .unspent, .instalment, .debt: "settlement"
        case .release: "release"
        case .rotation: "rotation"
        case .export: "export"
        case .payment, .returned: "reconciliation"
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
        case .escrow(let round): "pool of round \(round)"
        case .unspent(let round): "not paid of the pool of round \(round)"
        case .instalment(let worker): "instalment of the pay of \(worker)"
        case .debt(let worker): "kept back for what \(worker) owes"
        case .rotation: "a key takes another's place"
        case .export(let number): "export \(number)"
        case .payment(let export): "paid by export \(export)"
        case .returned(let export): "not paid by export \(export)"
        }
    }
}

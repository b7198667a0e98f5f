import Encodings
package import Settlement
import TransparencyLog

/// The books of a ledger: a transaction for each entry that moved money.
///
/// Entries have no clock. What happens before round 1 is settled is dated with the first day, and each
/// settlement begins another.
package struct Journal: Sendable {
    /// The day that the books begin with.
    package let start: CalendarDate
    /// How amounts are shown.
    package let unit: TokenUnit
    /// Every account, in the order in which they first hold something.
    package private(set) var accounts: [String] = []
    /// The day of the last transaction.
    package private(set) var lastDate: CalendarDate
    /// What each account holds, in base units.
    package private(set) var balances: [String: Int128] = [:]

    /// Empty books.
    package init(start: CalendarDate, unit: TokenUnit) {
        self.start = start
        self.unit = unit
        lastDate = start
    }

    /// Writes down what the last entry of `state` moved, if it moved anything.
    package mutating func record(_ state: LedgerState) -> JournalTransaction? {
        guard let first = state.movements.first else { return nil }
        lastDate = CalendarDate(days: start.days + Int(state.settledRounds))
        var postings: [JournalTransaction.Posting] = []
        for movement in state.movements {
            let amount = Int128(movement.amount)
            for (holding, change) in [(movement.source, -amount), (movement.destination, amount)] {
                postings.append(post(change, to: holding.bookAccount, movement.reason.comment))
            }
        }
        return JournalTransaction(
            entry: state.entryCount - 1, date: lastDate, payee: first.reason.payee,
            postings: postings)
    }

    private mutating func post(
        _ amount: Int128, to account: String, _ comment: String
    ) -> JournalTransaction.Posting {
        if balances[account] == nil { accounts.append(account) }
        let balance = balances[account, default: 0] + amount
        balances[account] = balance
        return JournalTransaction.Posting(
            account: account, amount: amount, balance: balance, comment: comment)
    }
}

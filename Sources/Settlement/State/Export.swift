package import Encodings
package import Identity
import Storage

/// Accounts that are to be paid outside the ledger, and how far that has come.
package struct Export: Sendable {
    /// The most accounts of one, so that any of them can be said to have failed; the rest waits for
    /// the next.
    package static let maximumPayments = 8_192

    /// The most accounts that one leaves out.
    package static let maximumExceptions = 256

    /// Its number, from 1.
    package let number: UInt32
    /// The accounts that the operator leaves out, whose pay waits, in the order of the keys' bytes.
    package let except: [PublicKey]
    /// What each account is to be paid, in the order of the keys' bytes.
    package let payments: [Payment]
    /// How they are paid, once that is fixed.
    package internal(set) var payment: ExportPayment?
    /// What became of it, once that is known.
    package internal(set) var reconciliation: ExportReconciliation?

    /// What one account is to be paid.
    package struct Payment: Sendable, Equatable {
        /// The account.
        package let account: PublicKey
        /// The amount in base units.
        package let amount: UInt64
    }

    init(number: UInt32, except: [PublicKey], payments: [Payment]) {
        self.number = number
        self.except = except
        self.payments = payments
    }

    /// All payments together, in base units.
    package var total: UInt64 { payments.reduce(0) { $0 + $1.amount } }

    /// The list as CSV with the header `recipient,amount`, as `solana payout` and others read it.
    package var list: [UInt8] {
        let rows = payments.map { "\($0.account),\($0.amount)\n" }
        return Array(("recipient,amount\n" + rows.joined()).utf8)
    }

    /// The body of the entry: the sums, and the digest of the list, which does not fit into a line.
    package var entryBody: JSON {
        var members: [(String, JSON)] = [
            ("type", "export"), ("number", .integer(Int64(number))),
            ("accounts", .integer(Int64(payments.count))), ("total", Amount.json(total)),
            ("list", Digest(hashing: list).json),
        ]
        if !except.isEmpty { members.append(("except", .array(except.map(\.json)))) }
        return .object(members.map { JSONMember(key: $0.0, value: $0.1) })
    }
}

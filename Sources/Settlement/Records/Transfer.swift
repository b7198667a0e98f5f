package import Encodings
import Storage

/// An order to move money, signed by the owner of the account it leaves.
package struct Transfer: Sendable, Equatable {
    /// The longest memo in bytes.
    package static let maximumMemoLength = 256

    /// The ledger.
    package let ledger: LedgerReference
    /// The account that pays; for the treasury the operator signs.
    package let source: Account
    /// The account that is paid.
    package let destination: Account
    /// The amount in base units, more than none.
    package let amount: UInt64
    /// Tells apart transfers that are otherwise alike.
    package let number: UInt64
    /// What it is for.
    package let memo: String

    /// An order to move money.
    package init(
        _ ledger: LedgerReference, from source: Account, to destination: Account, amount: UInt64,
        number: UInt64, memo: String
    ) {
        self.ledger = ledger
        self.source = source
        self.destination = destination
        self.amount = amount
        self.number = number
        self.memo = memo
    }

    /// The record, before it is signed.
    package var json: JSON {
        [
            "type": "transfer",
            "run": .string(ledger.run.hex),
            "ledger": .string(ledger.origin.hex),
            "from": .string(source.description),
            "to": .string(destination.description),
            "amount": Amount.json(amount),
            "number": .integer(Int64(number)),
            "memo": .string(memo),
        ]
    }

    /// Reads the record without its signature.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "transfer")
        try fields.constant("type", "transfer")
        ledger = try fields.ledger()
        source = try fields.account("from")
        destination = try fields.account("to")
        amount = try fields.amount("amount")
        number = try fields.count("number")
        memo = try fields.string("memo", limit: Transfer.maximumMemoLength)
        try fields.finish()
        guard memo.isPrintable else {
            throw MalformedInput("field 'memo': expected text without control characters")
        }
    }
}

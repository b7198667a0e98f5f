package import Encodings

/// An order to move money, by the owner of the account it leaves.
package struct Transfer: Sendable, Equatable {
    /// The longest memo in bytes.
    package static let maximumMemoLength = 256

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
        from source: Account, to destination: Account, amount: UInt64, number: UInt64,
        memo: String
    ) {
        self.source = source
        self.destination = destination
        self.amount = amount
        self.number = number
        self.memo = memo
    }

    /// The body of the entry.
    package var json: JSON {
        [
            "type": "transfer",
            "from": .string(source.description),
            "to": .string(destination.description),
            "amount": Amount.json(amount),
            "number": .integer(Int64(number)),
            "memo": .string(memo),
        ]
    }

    /// Reads the body of an entry.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "transfer")
        try fields.constant("type", "transfer")
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

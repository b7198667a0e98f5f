package import Encodings

/// A transaction of a payout as a line of JSON.
package struct PayoutRecord: Sendable, Equatable {
    /// The type of the record.
    package static let recordType = "payout"

    /// The most payments of one transaction, whose accounts are numbered by one byte.
    package static let maximumPayments = 256

    /// The batch.
    package var batch: PayoutBatch
    /// The token.
    package let mint: Mint
    /// The token account that pays.
    package let source: Address
    /// What is said on chain.
    package let memo: String?

    /// All payments of the transaction together, in base units.
    package let total: UInt64

    /// The record of `batch`, whose transaction must make its payments, in order, and do nothing
    /// else but what belongs to a payout.
    package init(_ batch: PayoutBatch, tables: [LookupTable]) throws(MalformedInput) {
        self.batch = batch
        let calls = try batch.transaction.message.resolvedCalls(tables)
        guard let first = calls.lazy.compactMap(TokenTransfer.init).first else {
            throw MalformedInput("the transaction pays nobody")
        }
        mint = Mint(first.mint, decimals: first.decimals, program: first.program)
        source = first.source
        var check = PayoutCheck(batch, mint: mint, source: source)
        for (number, call) in calls.enumerated() {
            guard check.accepts(call) else {
                throw MalformedInput(
                    "instruction \(number), \(CallDescription(call).title),"
                        + " does not belong to the stated payments")
            }
        }
        memo = check.memo
        try check.finish()
        total = try batch.payments.map(\.amount).checkedSum(in: "batch \(batch.number)")
    }

    /// The line of the record.
    package var json: JSON {
        .object(
            [
                JSONMember(key: "type", value: .string(Self.recordType)),
                JSONMember(key: "batch", value: .integer(Int64(batch.number.number))),
                JSONMember(key: "batches", value: .integer(Int64(batch.number.count))),
                JSONMember(key: "mint", value: mint.address.json),
                JSONMember(key: "decimals", value: .integer(Int64(mint.decimals))),
                JSONMember(key: "token_program", value: mint.program.json),
                JSONMember(key: "source", value: source.json),
                JSONMember(key: "memo", value: memo.map { .string($0) } ?? .null),
                JSONMember(key: "payments", value: .array(batch.payments.map(\.json))),
                JSONMember(key: "total", value: Amount.json(total)),
            ] + batch.transaction.members)
    }

    /// Reads the line; what it says must be what its transaction does.
    package init(_ json: JSON, tables: [LookupTable]) throws(MalformedInput) {
        guard let number = json["batch"]?.integer, let count = json["batches"]?.integer,
            let batchNumber = BatchNumber(Int(number), of: Int(count))
        else { throw MalformedInput("fields 'batch' and 'batches': expected a number and a count") }
        guard let elements = json["payments"]?.array, elements.count <= Self.maximumPayments else {
            throw MalformedInput(
                "field 'payments': expected at most \(Self.maximumPayments) payments")
        }
        var payments: [Payment] = []
        for element in elements { payments.append(try Payment(element)) }
        let batch = PayoutBatch(
            number: batchNumber, payments: payments, transaction: try Transaction(record: json))
        try self.init(batch, tables: tables)
        try self.json.expectSame(as: json)
    }
}

extension Payment {
    fileprivate var json: JSON {
        [
            "recipient": recipient.json, "token_account": tokenAccount.json,
            "amount": Amount.json(amount),
        ]
    }

    fileprivate init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "payment")
        recipient = try fields.address("recipient")
        tokenAccount = try fields.address("token_account")
        amount = try fields.amount("amount")
        try fields.finish()
    }
}

/// Holds the instructions of a transaction against the payments that it is said to make.
private struct PayoutCheck {
    let batch: PayoutBatch
    let mint: Mint
    let source: Address
    var memo: String?
    private var paid = 0
    private var seen = 0

    init(_ batch: PayoutBatch, mint: Mint, source: Address) {
        self.batch = batch
        self.mint = mint
        self.source = source
    }

    /// Whether `call` may be the next instruction.
    mutating func accepts(_ call: ResolvedCall) -> Bool {
        defer { seen += 1 }
        switch call.program {
        case SystemProgram.id: return seen == 0 && call.data == [4, 0, 0, 0]
        case ComputeBudgetProgram.id: return paid == 0 && CallDescription(call).name != "unknown"
        case MemoProgram.id:
            guard memo == nil, paid == 0 else { return false }
            memo = String(validating: call.data, as: UTF8.self)
            return memo != nil
        case AssociatedTokenProgram.id: return creates(call)
        default: return pays(call)
        }
    }

    /// Whether the call makes the token account of the next recipient.
    private func creates(_ call: ResolvedCall) -> Bool {
        guard paid < batch.payments.count else { return false }
        let payment = batch.payments[paid]
        return call.data == [1]
            && call.accounts == [
                batch.transaction.message.payer, payment.tokenAccount, payment.recipient,
                mint.address, SystemProgram.id, mint.program,
            ]
    }

    private mutating func pays(_ call: ResolvedCall) -> Bool {
        guard paid < batch.payments.count, let transfer = TokenTransfer(call) else { return false }
        let payment = batch.payments[paid]
        paid += 1
        return transfer
            == TokenTransfer(
                source: source, mint: mint, destination: payment.tokenAccount,
                amount: payment.amount)
            && mint.account(of: payment.recipient) == payment.tokenAccount
    }

    /// Refuses payments that were not made, out of order, or wrongly numbered.
    func finish() throws(MalformedInput) {
        guard paid == batch.payments.count else {
            throw MalformedInput(
                "the transaction makes \(paid) of the \(batch.payments.count) stated payments")
        }
        let recipients = batch.payments.map(\.recipient)
        guard zip(recipients, recipients.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw MalformedInput("the payments are not in the order of the recipients' bytes")
        }
        if let memo, memo.hasPrefix("nous:"), !memo.hasSuffix(":\(batch.number)") {
            throw MalformedInput("the memo says another number than batch \(batch.number)")
        }
    }
}

extension TokenTransfer {
    fileprivate init(source: Address, mint: Mint, destination: Address, amount: UInt64) {
        self.source = source
        self.mint = mint.address
        self.destination = destination
        self.amount = amount
        decimals = mint.decimals
        program = mint.program
    }
}

import Encodings

/// One payment of a batch, with the token account that receives it.
package struct Payment: Sendable, Hashable {
    /// The wallet that is paid.
    package let recipient: Address
    /// Its token account.
    package let tokenAccount: Address
    /// How much, in base units.
    package let amount: UInt64
}

/// The payments of one transaction.
package struct PayoutBatch: Sendable, Equatable {
    /// Which of how many it is.
    package let number: BatchNumber
    /// The payments, in the order of the recipients' bytes.
    package let payments: [Payment]
    /// What makes them.
    package var transaction: Transaction

    /// A batch, of which nobody has checked that the transaction makes the payments.
    package init(number: BatchNumber, payments: [Payment], transaction: Transaction) {
        self.number = number
        self.payments = payments
        self.transaction = transaction
    }
}

extension PayoutTerms {
    /// The message that makes `payments` as batch `number`.
    func message(
        _ payments: ArraySlice<Payment>, batch number: BatchNumber
    ) throws(MalformedInput) -> Message {
        var instructions: [Instruction] = []
        let nonce = nonce(ofBatch: number.number)
        if let nonce { instructions.append(nonce.advance) }
        if let price {
            let limit =
                price.unitLimit ?? ComputeUnits.estimate(payments: payments.count, terms: self)
            instructions.append(ComputeBudgetProgram.setLimit(limit))
            instructions.append(ComputeBudgetProgram.setPrice(price.microLamports))
        }
        if let memo {
            instructions.append(
                try MemoProgram.memo(memo.text(batch: number.number, of: number.count)))
        }
        for payment in payments { instructions += self.instructions(for: payment) }
        return try Message(
            version, payer: payer, instructions, blockhash: try blockhash(nonce),
            tables: tables(for: payments))
    }

    private func blockhash(_ nonce: DurableNonce?) throws(MalformedInput) -> Blockhash {
        if case .blockhash(let blockhash) = lifetime { return blockhash }
        guard let nonce else { throw MalformedInput("expected durable nonces, found none") }
        return nonce.value
    }

    private func instructions(for payment: Payment) -> [Instruction] {
        let transfer = TokenProgram.transferChecked(
            payment.amount, of: mint, from: source, to: payment.tokenAccount, by: authority)
        guard createsAccounts else { return [transfer] }
        let create = AssociatedTokenProgram.createIdempotent(
            owner: payment.recipient, at: payment.tokenAccount, mint: mint, payer: payer)
        return [create, transfer]
    }

    /// The tables that list something of these payments alone.
    private func tables(for payments: ArraySlice<Payment>) -> [LookupTable] {
        tables.filter { table in
            payments.contains { payment in
                table.place(of: payment.tokenAccount) != nil
                    || createsAccounts && table.place(of: payment.recipient) != nil
            }
        }
    }
}

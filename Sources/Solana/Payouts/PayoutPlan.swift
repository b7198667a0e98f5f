package import Encodings

/// A list of payments as transactions, each as full as it can be.
///
/// Payments stay in the order of the list, so that the same list and terms always give the same
/// bytes, whatever order the rows came in.
package struct PayoutPlan: Sendable {
    /// The batches, in order.
    package private(set) var batches: [PayoutBatch]

    /// The transactions that pay `list` under `terms`.
    package init(_ list: PayoutList, _ terms: PayoutTerms) throws(MalformedInput) {
        try terms.check()
        let payments = try Self.payments(of: list, terms)
        let ranges = try Self.ranges(of: payments, terms)
        if case .nonces(let nonces) = terms.lifetime, nonces.count < ranges.count {
            throw MalformedInput(
                "expected \(ranges.count) durable nonces, one for each transaction,"
                    + " found \(nonces.count)")
        }
        batches = []
        for (index, range) in ranges.enumerated() {
            guard let number = BatchNumber(index + 1, of: ranges.count) else {
                preconditionFailure("numbers are within their count")
            }
            let message = try terms.message(payments[range], batch: number)
            batches.append(
                PayoutBatch(
                    number: number, payments: Array(payments[range]),
                    transaction: try Transaction(unsigned: message)))
        }
    }

    /// The payments with their token accounts, none of which may be the one that pays.
    private static func payments(
        of list: PayoutList, _ terms: PayoutTerms
    ) throws(MalformedInput) -> [Payment] {
        var payments: [Payment] = []
        for entry in list.entries {
            guard terms.allowsOffCurve || EdwardsCurve.contains(entry.recipient.bytes) else {
                throw MalformedInput(
                    "recipient \(entry.recipient) is no wallet, and may be a token account")
            }
            let account = terms.mint.account(of: entry.recipient)
            guard account != terms.source else {
                throw MalformedInput(
                    "recipient \(entry.recipient) owns the account that pays, \(account)")
            }
            payments.append(
                Payment(recipient: entry.recipient, tokenAccount: account, amount: entry.amount))
        }
        return payments
    }

    /// Which payments each transaction makes.
    ///
    /// The size of the memo depends on how many batches there will be: room for one digit is
    /// tried first, then for more until the number fits.
    private static func ranges(
        of payments: [Payment], _ terms: PayoutTerms
    ) throws(MalformedInput) -> [Range<Int>] {
        for digits in 1...7 {
            let room = (0..<digits).reduce(1) { room, _ in room * 10 } - 1
            let ranges = try ranges(of: payments, terms, batchesUpTo: room)
            if ranges.count <= room { return ranges }
        }
        throw MalformedInput("expected fewer transactions")
    }

    private static func ranges(
        of payments: [Payment], _ terms: PayoutTerms, batchesUpTo room: Int
    ) throws(MalformedInput) -> [Range<Int>] {
        guard let longest = BatchNumber(room, of: room) else {
            preconditionFailure("there is room for a batch")
        }
        var ranges: [Range<Int>] = []
        var start = 0
        while start < payments.count {
            let count = try Self.count(
                from: payments[start...], guess: ranges.last?.count ?? 1
            ) { payments throws(MalformedInput) in
                // The number of the batch picks its nonce, the longest number its size.
                try terms.excess(of: payments, batch: ranges.count + 1, numbered: longest)
            }
            ranges.append(start..<start + count)
            start += count
        }
        return ranges
    }

    /// How many of the first payments fit into one transaction; most take as many as the last did.
    private static func count(
        from payments: ArraySlice<Payment>, guess: Int,
        excess: (ArraySlice<Payment>) throws(MalformedInput) -> String?
    ) throws(MalformedInput) -> Int {
        func fits(_ count: Int) throws(MalformedInput) -> Bool {
            try excess(payments.prefix(count)) == nil
        }
        var count = min(guess, payments.count)
        while count > 1, try !fits(count) { count -= 1 }
        if let excess = try excess(payments.prefix(count)) {
            throw MalformedInput("a transaction with one payment would have \(excess)")
        }
        while count < payments.count, count < mostPayments, try fits(count + 1) { count += 1 }
        return count
    }

    /// More payments than fit into any transaction, at 17 bytes each.
    private static let mostPayments = 72
}

extension PayoutTerms {
    /// What is too much of the transaction that makes `payments` with the nonce of batch `number`,
    /// and `longest` in the memo; nil if it fits.
    fileprivate func excess(
        of payments: ArraySlice<Payment>, batch number: Int, numbered longest: BatchNumber
    ) throws(MalformedInput) -> String? {
        var terms = self
        if let nonce = nonce(ofBatch: number) { terms.lifetime = .nonces([nonce]) }
        let message = try terms.message(payments, batch: longest)
        return excess(of: message, payments: payments.count)
    }
}

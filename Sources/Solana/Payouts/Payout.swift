package import Storage

/// The records of all batches of a payout together.
package enum Payout {
    /// What a payout is known by: SHA-256 of a line for each message, its SHA-256 in hexadecimal; so it is
    /// the same before and after it is signed.
    package static func digest(of records: [PayoutRecord]) -> Digest {
        let inOrder = records.sorted { $0.batch.number.number < $1.batch.number.number }
        let lines = inOrder.map { "\(Digest(hashing: $0.batch.transaction.message.bytes))\n" }
        return Digest(hashing: Array(lines.joined().utf8))
    }

    /// What does not fit together in the payout itself.
    package static func problems(among records: [PayoutRecord]) -> [String] {
        var problems: [String] = []
        var seen = Set<Address>()
        for record in records {
            for payment in record.batch.payments where !seen.insert(payment.recipient).inserted {
                problems.append("\(payment.recipient) is paid twice")
            }
        }
        let first = records.first
        let numbers = records.map(\.batch.number.number)
        if let count = first?.batch.number.count,
            numbers.count != count || !zip(numbers.sorted(), 1...).allSatisfy({ $0 == $1 })
        {
            problems.append("the records are not batches 1 to \(count), each once")
        }
        let isOne = records.allSatisfy { record in
            record.mint == first?.mint && record.source == first?.source
                && record.batch.number.count == first?.batch.number.count
        }
        if !isOne { problems.append("the records are not of one payout") }
        return problems
    }
}

package import Encodings

/// A payout held against what nodes say of it.
package struct Reconciliation: Sendable {
    /// What became of a payment.
    package enum State: String, Sendable, CaseIterable {
        /// The recipient has the amount.
        case paid
        /// The transaction failed, so that nobody was paid by it.
        case failed
        /// Nothing is known of the transaction, or it is not confirmed.
        case unknown
        /// The recipient got another amount.
        case different
    }

    /// One payment and what became of it.
    package struct Outcome: Sendable, Equatable {
        /// The payment.
        package let payment: Payment
        /// Its batch.
        package let batch: BatchNumber
        /// What became of it.
        package let state: State
        /// What the recipient got, in base units, if that was reported.
        package let received: Int128?
        /// The transaction, if it is signed or was found.
        package let transaction: String?
    }

    /// The payments in the order of the records.
    package private(set) var outcomes: [Outcome] = []
    /// What does not fit together, a clear line each.
    package private(set) var problems: [String] = []

    /// Whether every payment was made, and everything fits together.
    package var isComplete: Bool {
        problems.isEmpty && outcomes.allSatisfy { $0.state == .paid }
    }

    /// The amounts of all payments in `state` together, in base units.
    package func total(_ state: State) -> UInt128 {
        outcomes.filter { $0.state == state }.reduce(0) { $0 + UInt128($1.payment.amount) }
    }

    /// What `report` says of the payments in `records`, whose accounts may be in `tables`.
    ///
    /// A transaction is known by its message, and by its payer's signature if it has one here.
    package init(
        _ records: [PayoutRecord], _ report: ChainReport, tables: [LookupTable]
    ) throws(MalformedInput) {
        problems = Payout.problems(among: records)
        let statuses = try Self.statuses(of: records, report)
        let places = Dictionary(
            grouping: report.transactions.indices, by: { report.transactions[$0].message })
        var used = Set<Int>()
        for (number, record) in records.enumerated() {
            let transaction = record.batch.transaction
            let found = (places[transaction.message] ?? []).filter { index in
                [nil, report.transactions[index].identifier].contains(transaction.identifier)
            }
            used.formUnion(found)
            try add(
                record, found.map { report.transactions[$0] }, statuses[number], tables: tables)
        }
        for index in report.transactions.indices where !used.contains(index) {
            problems.append(Self.stranger(report.transactions[index], records))
        }
    }

    /// The status of each record's transaction; a node answers in the order of the signatures.
    private static func statuses(
        of records: [PayoutRecord], _ report: ChainReport
    ) throws(MalformedInput) -> [ObservedStatus?] {
        guard !report.statuses.isEmpty else { return records.map { _ in nil } }
        guard report.statuses.count == records.count else {
            throw MalformedInput(
                "expected the statuses of \(records.count) transactions in their order,"
                    + " found \(report.statuses.count)")
        }
        guard records.allSatisfy({ $0.batch.transaction.identifier != nil }) else {
            throw MalformedInput("statuses belong to signatures, and a transaction is not signed")
        }
        return report.statuses
    }

    /// What is wrong with a transaction that is none of the payout's.
    private static func stranger(
        _ transaction: ObservedTransaction, _ records: [PayoutRecord]
    ) -> String {
        let memo = transaction.message.memo
        if transaction.failure == nil, let memo,
            let twin = records.first(where: { $0.memo == memo })
        {
            return "\(transaction.identifier) pays batch \(twin.batch.number) once more"
        }
        return "\(transaction.identifier) is no transaction of this payout"
    }
}

extension Reconciliation {
    /// Adds the payments of one record.
    private mutating func add(
        _ record: PayoutRecord, _ found: [ObservedTransaction], _ status: ObservedStatus?,
        tables: [LookupTable]
    ) throws(MalformedInput) {
        let name = "batch \(record.batch.number)"
        let failures = found.map(\.failure) + (status.map { [$0.failure] } ?? [])
        if Set(failures.map { $0 == nil }).count > 1 {
            problems.append("\(name) is said to have failed and to have succeeded")
        }
        let accounts = try record.batch.transaction.message.resolvedAccounts(tables)
        let numbers = Dictionary(uniqueKeysWithValues: zip(accounts, 0...))
        var receivedInAll: Int128? = 0
        for payment in record.batch.payments {
            let received = found.first?.received(
                by: numbers[payment.tokenAccount] ?? -1, mint: record.mint.address)
            let state = Self.state(payment, failures, status, found.isEmpty ? nil : received)
            receivedInAll = received.flatMap { more in receivedInAll.map { $0 + more } }
            outcomes.append(
                Outcome(
                    payment: payment, batch: record.batch.number, state: state,
                    received: received,
                    transaction: found.first?.identifier
                        ?? record.batch.transaction.identifier))
        }
        guard let first = found.first, first.failure == nil, let receivedInAll else { return }
        let spent = first.received(by: numbers[record.source] ?? -1, mint: record.mint.address)
        if spent != -receivedInAll {
            problems.append("\(name): what the source lost is not what the recipients got")
        }
    }

    private static func state(
        _ payment: Payment, _ failures: [String?], _ status: ObservedStatus?, _ received: Int128?
    ) -> State {
        if failures.contains(where: { $0 != nil }) { return .failed }
        if let received { return received == Int128(payment.amount) ? .paid : .different }
        return status?.isConfirmed == true ? .paid : .unknown
    }
}

extension Message {
    /// The text of the first memo, if there is one.
    package var memo: String? {
        let memo = calls.first { accounts[Int($0.program)] == MemoProgram.id }
        return memo.flatMap { String(validating: $0.data, as: UTF8.self) }
    }
}

package import Encodings
package import Identity
import Storage

extension LedgerState {
    /// What is exported next: of accounts that hold the least payout, what they were paid for work.
    ///
    /// An account that cannot be paid would keep all others from it, so the operator may leave out some.
    package func nextExport(except: Set<PublicKey> = []) -> Export {
        let least = max(genesis.minimumPayout, 1)
        let payments = payForWork.filter { $0.value >= least && !except.contains($0.key) }
            .sorted { $0.key < $1.key }.prefix(Export.maximumPayments)
            .map { Export.Payment(account: $0.key, amount: $0.value) }
        return Export(
            number: UInt32(exports.count) + 1, except: except.sorted(), payments: payments)
    }

    /// Applies an export entry, which must say exactly what the entries before it imply.
    mutating func apply(
        exportOf number: UInt32, _ json: JSON, by author: PublicKey
    ) throws(MalformedInput) {
        try checkKeeper(author, "accounts are exported")
        let except = (json["except"]?.array ?? []).prefix(Export.maximumExceptions)
        let export = nextExport(except: Set(except.compactMap(PublicKey.init(json:))))
        guard !export.payments.isEmpty,
            export.entryBody.canonicalBytes() == json.canonicalBytes()
        else {
            throw MalformedInput("the export differs from the one the entries before it imply")
        }
        for payment in export.payments {
            try move(
                Movement(
                    payment.amount, from: .balance(payment.account),
                    to: .payable(export: number), for: .export(number: number)))
            payForWork[payment.account] = nil
        }
        exports.append(export)
    }

    /// Fixes how an export is paid, once.
    mutating func apply(_ payment: ExportPayment, by author: PublicKey) throws(MalformedInput) {
        try checkKeeper(author, "payments are fixed")
        let export = try export(payment.export)
        guard export.payment == nil else {
            throw MalformedInput(
                "how export \(payment.export) is paid is fixed already: another payment could pay twice"
            )
        }
        let twin = exports.first {
            payment.means != .list && $0.payment?.means == payment.means
                && $0.payment?.digest == payment.digest
        }
        guard twin == nil else {
            throw MalformedInput(
                "\(payment.means.rawValue) \(payment.digest) pay export \(twin?.number ?? 0)")
        }
        guard payment.total == export.total else {
            throw .field("total", expected: "\(export.total)", found: "\(payment.total)")
        }
        exports[Int(payment.export) - 1].payment = payment
    }

    /// Books what became of an export: what was not paid goes back to its accounts.
    mutating func apply(_ found: ExportReconciliation, by author: PublicKey) throws(MalformedInput)
    {
        try checkKeeper(author, "exports are reconciled")
        let export = try export(found.export)
        guard export.payment != nil, export.reconciliation == nil else {
            throw MalformedInput(
                "export \(found.export) is "
                    + (export.payment == nil ? "not paid yet" : "reconciled already"))
        }
        guard found.failed.last.map({ Int($0.upperBound) < export.payments.count }) ?? true else {
            throw MalformedInput(
                "field 'failed': export \(found.export) has \(export.payments.count) payments")
        }
        let failed = Set(found.failed.joined().map(Int.init))
        for (place, payment) in export.payments.enumerated() {
            let account = current(payment.account)
            let isPaid = !failed.contains(place)
            try move(
                Movement(
                    payment.amount, from: .payable(export: found.export),
                    to: isPaid ? .paidOut : .balance(account),
                    for: isPaid
                        ? .payment(export: found.export) : .returned(export: found.export)))
            if !isPaid { payForWork[account, default: 0] += payment.amount }
        }
        exports[Int(found.export) - 1].reconciliation = found
    }

    /// The export of this number.
    package func export(_ number: UInt32) throws(MalformedInput) -> Export {
        guard let export = exports.first(where: { $0.number == number }) else {
            throw MalformedInput("there is no export \(number); \(exports.count) were made")
        }
        return export
    }
}

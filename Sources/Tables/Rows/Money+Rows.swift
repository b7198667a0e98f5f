import Encodings
import Identity
import Settlement
import TransparencyLog

extension Movement {
    /// The row of a movement of an entry.
    func row(entry: UInt64, place: Int) -> TableRow {
        let (worker, round, memo) = reason.details
        return TableRow(
            .movements,
            [
                Cell(entry), Cell(place),
                .text(source.tableKind), Cell(source.tableIdentity),
                .text(destination.tableKind), Cell(destination.tableIdentity),
                .amount(amount), .text(reason.name), Cell(worker), Cell(round), Cell(memo),
            ])
    }
}

extension Movement.Reason {
    /// The worker, the round and the memo that a reason names.
    fileprivate var details: (worker: PublicKey?, round: UInt32?, memo: String?) {
        switch self {
        case .issue, .grant, .stake, .rotation, .export, .payment, .returned: (nil, nil, nil)
        case .transfer(let memo): (nil, nil, memo)
        case .escrow(let round), .unspent(let round): (nil, round, nil)
        case .reward(let worker, let round, _), .slash(let worker, let round):
            (worker, round, nil)
        case .instalment(let worker), .release(let worker), .debt(let worker):
            (worker, nil, nil)
        }
    }
}

extension Holding {
    /// What kind of place this is, in a word.
    fileprivate var tableKind: String {
        switch self {
        case .supply: "supply"
        case .treasury: "treasury"
        case .balance: "balance"
        case .stake: "stake"
        case .escrow: "escrow"
        case .vesting: "vesting"
        case .payable: "payable"
        case .paidOut: "paid_out"
        }
    }

    /// Whose place of its kind: a key, the number of a round or that of an export.
    fileprivate var tableIdentity: String? {
        switch self {
        case .supply, .treasury, .paidOut: nil
        case .balance(let key), .stake(let key), .vesting(let key): key.base58
        case .escrow(let number), .payable(let number): String(number)
        }
    }
}

extension LedgerState {
    /// The row of what an account holds in the end.
    func row(of account: Account) -> TableRow {
        let key: PublicKey? = if case .key(let key) = account { key } else { nil }
        return TableRow(
            .accounts,
            [
                .text(account.description), .amount(balance(of: account)),
                .amount(key.map(stake) ?? 0), .amount(key.map(vesting) ?? 0),
                .amount(key.flatMap { debts[$0] } ?? 0),
            ])
    }
}

extension Export {
    /// The row of an export, with the entries about it.
    func row(entry: UInt64, fixed: UInt64?, reconciled: UInt64?) -> TableRow {
        TableRow(
            .exports,
            [
                Cell(number), Cell(entry), Cell(payments.count), .amount(total),
                Cell(entryBody["list"]?.string), Cell(fixed), Cell(payment?.means.rawValue),
                Cell(payment?.digest), Cell(reconciled),
                Cell(reconciliation?.failed.reduce(0) { $0 + $1.count }),
            ])
    }

    /// The rows of its payments, in order.
    var paymentRows: [TableRow] {
        let failed = reconciliation.map { Set($0.failed.joined().map(Int.init)) }
        return payments.enumerated().map { place, payment in
            let state = failed.map { $0.contains(place) ? "returned" : "paid" } ?? "payable"
            return TableRow(
                .payments,
                [
                    Cell(number), Cell(place), Cell(payment.account), .amount(payment.amount),
                    .text(state),
                ])
        }
    }
}

extension Ledger {
    /// The one row about the ledger as a whole.
    var row: TableRow {
        let (genesis, checkpoint) = (state.genesis, log.checkpoint)
        return TableRow(
            .ledger,
            [
                .text(checkpoint.origin), .text(genesis.name), Cell(genesis.run),
                Cell(genesis.keeper), .amount(genesis.supply), .text(genesis.unit.symbol),
                Cell(genesis.unit.decimals), Cell(state.entryCount), Cell(checkpoint.root),
            ])
    }
}

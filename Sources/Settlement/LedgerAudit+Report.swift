package import Encodings
import Storage
import TransparencyLog

extension LedgerAudit {
    /// The report for people.
    package var summary: String {
        let state = ledger.state
        let unit = state.genesis.unit
        let money = state.moneyByKind
        let places = Holding.Kind.allCases.compactMap { kind -> String? in
            let amount = money[kind] ?? 0
            let isAlwaysShown = [.treasury, .accounts, .stakes].contains(kind)
            return isAlwaysShown || amount > 0 ? "\(kind) \(unit.describe(amount))" : nil
        }
        return """
            ok: \(state.entryCount) entries, \(signatureCount) signatures, \
            \(state.settledRounds) rounds settled
            supply \(unit.describe(state.genesis.supply)): \(places.joined(separator: ", "))
            paid \(unit.describe(state.totals.paid)), slashed \(unit.describe(state.totals.slashed))
            root \(ledger.log.checkpoint.root)
            """
    }

    /// The report for programs.
    package var json: JSON {
        let state = ledger.state
        let money = state.moneyByKind
        let places = Holding.Kind.allCases.map {
            JSONMember(key: $0.rawValue, value: Amount.json(money[$0] ?? 0))
        }
        let counts: [(String, Int64)] = [
            ("entries", Int64(state.entryCount)), ("signatures", Int64(signatureCount)),
            ("rounds", Int64(state.settledRounds)), ("final_rounds", Int64(state.finalRounds)),
            ("workers", Int64(state.members.count)), ("waiting", Int64(waitingCount)),
        ]
        let checkpoint = ledger.log.checkpoint
        return .object(
            [JSONMember(key: "type", value: "audit")]
                + counts.map { JSONMember(key: $0, value: .integer($1)) }
                + [JSONMember(key: "supply", value: Amount.json(state.genesis.supply))]
                + places
                + [
                    ("paid", "\(state.totals.paid)"), ("slashed", "\(state.totals.slashed)"),
                    ("root", checkpoint.root.hex), ("checkpoint", checkpoint.digest.hex),
                ].map { JSONMember(key: $0, value: .string($1)) })
    }
}

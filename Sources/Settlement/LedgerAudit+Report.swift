package import Encodings
import Storage
import TransparencyLog

extension LedgerAudit {
    /// The report for people.
    package var summary: String {
        let state = ledger.state
        let unit = state.genesis.unit
        return """
            ok: \(ledger.log.entries.count) entries, \(signatureCount) signatures, \
            \(state.settlements.count) rounds settled
            supply \(unit.describe(state.genesis.supply)): \
            treasury \(unit.describe(state.treasury)), \
            accounts \(unit.describe(state.held)), stakes \(unit.describe(state.staked))
            paid \(unit.describe(state.paid)), slashed \(unit.describe(state.slashed))
            root \(ledger.log.checkpoint.root)
            """
    }

    /// The report for programs.
    package var json: JSON {
        let state = ledger.state
        return [
            "type": "audit",
            "entries": .integer(Int64(ledger.log.entries.count)),
            "signatures": .integer(Int64(signatureCount)),
            "rounds": .integer(Int64(state.settlements.count)),
            "workers": .integer(Int64(state.members.count)),
            "supply": Amount.json(state.genesis.supply),
            "treasury": Amount.json(state.treasury),
            "accounts": Amount.json(state.held),
            "stakes": Amount.json(state.staked),
            "paid": .string("\(state.paid)"),
            "slashed": .string("\(state.slashed)"),
            "root": .string(ledger.log.checkpoint.root.hex),
            "checkpoint": .string(ledger.log.checkpoint.digest.hex),
        ]
    }
}

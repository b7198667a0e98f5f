package import Encodings
import Storage
import TransparencyLog

extension LedgerAudit {
    /// The report for people.
    package var summary: String {
        let state = ledger.state
        let unit = state.genesis.unit
        return """
            ok: \(state.entryCount) entries, \(signatureCount) signatures, \
            \(state.settledRounds) rounds settled
            supply \(unit.describe(state.genesis.supply)): \
            treasury \(unit.describe(state.treasury)), \
            accounts \(unit.describe(state.held)), stakes \(unit.describe(state.staked))
            paid \(unit.describe(state.totals.paid)), slashed \(unit.describe(state.totals.slashed))
            root \(ledger.log.checkpoint.root)
            """
    }

    /// The report for programs.
    package var json: JSON {
        let state = ledger.state
        return [
            "type": "audit",
            "entries": .integer(Int64(state.entryCount)),
            "signatures": .integer(Int64(signatureCount)),
            "rounds": .integer(Int64(state.settledRounds)),
            "workers": .integer(Int64(state.members.count)),
            "waiting": .integer(Int64(waitingCount)),
            "supply": Amount.json(state.genesis.supply),
            "treasury": Amount.json(state.treasury),
            "accounts": Amount.json(state.held),
            "stakes": Amount.json(state.staked),
            "paid": .string("\(state.totals.paid)"),
            "slashed": .string("\(state.totals.slashed)"),
            "root": .string(ledger.log.checkpoint.root.hex),
            "checkpoint": .string(ledger.log.checkpoint.digest.hex),
        ]
    }
}

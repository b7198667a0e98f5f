package import Encodings
import Artifacts
import Identity
import Storage
package import TransparencyLog

/// One line about an entry, for people.
package enum EntrySummary {
    /// Says what an entry of a ledger that was read records, in tab-separated words, amounts in the
    /// token's unit.
    package static func describe(
        _ entry: LogEntry, of genesis: Genesis
    ) throws(MalformedInput) -> String {
        let unit = genesis.unit
        let record = try LedgerRecord(entry, checking: .none)
        switch record.content {
        case .genesis: return "genesis\t\(genesis.run)\tsupply \(unit.describe(genesis.supply))"
        case .join(let join):
            return "join\t\(entry.author)\tround \(join.round)"
                + "\tstake \(unit.describe(join.stake))"
        case .opening(let round): return "opening\tround \(round)"
        case .closing(let round): return "closing\tround \(round)"
        case .recovery(let recovery):
            return "recovery\t\(recovery.of)\tby \(recovery.key)"
        case .rotation:
            let rotation = try Rotation(record.body, run: genesis.run)
            return "rotation\t\(rotation.old)\tto \(rotation.new)"
        case .leave(let round): return "leave\t\(entry.author)\tround \(round)"
        case .transfer(let transfer):
            return "transfer\t\(transfer.source)\t\(transfer.destination)"
                + "\t\(unit.describe(transfer.amount))"
        case .contribution(let sealed):
            let claim = sealed.claim
            return "contribution\t\(claim.worker)\tround \(claim.round)"
                + "\t\(claim.tokens) tokens\t\(sealed.digest)"
        case .verdict(let verdict, let verifier):
            return "verdict\t\(verifier)\t\(verdict.outcome.rawValue)\t\(verdict.contribution)"
        case .revision(let revision):
            return "revision\t\(revision.verifier)\t\(revision.verdict.outcome.rawValue)"
                + "\t\(revision.verdict.contribution)"
        case .score(let score, let verifier):
            return "score\t\(verifier)\t\(score.contribution)"
        case .export(let number):
            let total = entry.body["total"]?.string.flatMap(Amount.parse) ?? 0
            return "export\t\(number)\ttotal \(unit.describe(total))"
        case .payment(let payment):
            return "payment\texport \(payment.export)\t\(payment.means.rawValue)"
                + "\t\(unit.describe(payment.total))\t\(payment.digest)"
        case .reconciliation(let found):
            let failed = found.failed.reduce(0) { $0 + $1.count }
            return "reconciliation\texport \(found.export)\t\(failed) failed"
        case .settlement(let round):
            let pool = entry.body["pool"]?.string.flatMap(Amount.parse) ?? 0
            return "settlement\tround \(round)\tpool \(unit.describe(pool))"
        }
    }
}

package import Encodings
import Artifacts
import Identity
import Storage

/// One line about an entry, for people.
package enum EntrySummary {
    /// Says what the body of an entry records, in tab-separated words, amounts in the token's unit.
    package static func describe(
        _ body: JSON, of genesis: Genesis
    ) throws(MalformedInput) -> String {
        let unit = genesis.unit
        if body["type"]?.string == "genesis" {
            return "genesis\t\(genesis.run)\tsupply \(unit.describe(genesis.supply))"
        }
        switch try LedgerRecord(body, checkingSignature: false).content {
        case .genesis: return "genesis"
        case .join(let join):
            return "join\t\(join.worker)\tround \(join.round)"
                + "\tstake \(unit.describe(join.stake))"
        case .opening(let opening, _): return "opening\tround \(opening.round)"
        case .leave(let leave): return "leave\t\(leave.worker)\tround \(leave.round)"
        case .transfer(let transfer, _):
            return "transfer\t\(transfer.source)\t\(transfer.destination)"
                + "\t\(unit.describe(transfer.amount))"
        case .contribution(let sealed):
            let claim = sealed.claim
            return "contribution\t\(claim.worker)\tround \(claim.round)"
                + "\t\(claim.tokens) tokens\t\(sealed.digest)"
        case .verdict(let verdict, let verifier):
            return "verdict\t\(verifier)\t\(verdict.outcome.rawValue)\t\(verdict.contribution)"
        case .settlement(let round):
            let pool = body["pool"]?.string.flatMap(Amount.parse) ?? 0
            return "settlement\tround \(round)\tpool \(unit.describe(pool))"
        }
    }
}

package import Encodings
import Artifacts
import Identity
import Storage

/// One line about an entry, for people.
package enum EntrySummary {
    /// Says what the body of an entry records, in tab-separated words.
    package static func describe(_ body: JSON) throws(MalformedInput) -> String {
        if body["type"]?.string == "genesis" {
            let genesis = try Genesis(body)
            return "genesis\t\(genesis.run)\tsupply \(genesis.supply)"
        }
        switch try LedgerRecord(body, checkingSignature: false).content {
        case .genesis: return "genesis"
        case .join(let join):
            return "join\t\(join.worker)\tround \(join.round)\tstake \(join.stake)"
        case .leave(let leave): return "leave\t\(leave.worker)\tround \(leave.round)"
        case .transfer(let transfer, _):
            return "transfer\t\(transfer.source)\t\(transfer.destination)\t\(transfer.amount)"
        case .contribution(let sealed):
            let claim = sealed.claim
            return "contribution\t\(claim.worker)\tround \(claim.round)"
                + "\t\(claim.tokens) tokens\t\(sealed.digest)"
        case .verdict(let verdict, let verifier):
            return "verdict\t\(verifier)\t\(verdict.outcome.rawValue)\t\(verdict.contribution)"
        case .settlement(let round):
            return "settlement\tround \(round)\tpool \(body["pool"]?.string ?? "")"
        }
    }
}

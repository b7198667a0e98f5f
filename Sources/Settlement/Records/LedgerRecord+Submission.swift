import Artifacts
package import Encodings

extension LedgerRecord {
    /// Reads a record that somebody hands in: not one that only the ledger itself derives.
    package init(submitted json: JSON) throws(MalformedInput) {
        try self.init(json)
        switch content {
        case .genesis, .settlement:
            throw MalformedInput("the ledger writes its genesis and its settlements itself")
        default: break
        }
    }

    /// The kind of record and whom it is about, in a few words.
    package var summary: String {
        switch content {
        case .genesis: "genesis"
        case .join(let join): "join of \(join.worker)"
        case .leave(let leave): "leave of \(leave.worker)"
        case .transfer(let transfer, _): "transfer from \(transfer.source)"
        case .contribution(let sealed): "contribution of \(sealed.claim.worker)"
        case .verdict(let verdict, _): "verdict '\(verdict.outcome.rawValue)'"
        case .settlement(let round): "settlement of round \(round)"
        }
    }
}

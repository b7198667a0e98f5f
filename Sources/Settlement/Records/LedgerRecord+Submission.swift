import Artifacts
package import Encodings

extension LedgerRecord {
    /// Reads a record that somebody hands in: not one that only the ledger itself derives.
    package init(submitted json: JSON) throws(MalformedInput) {
        try self.init(json)
        switch content {
        case .genesis, .opening, .settlement:
            throw MalformedInput(
                "the operator writes genesis, openings and settlements with init, open and settle")
        default: break
        }
    }

    /// The kind of record and whom it is about, in a few words.
    package var summary: String {
        switch content {
        case .genesis: "genesis"
        case .opening(let opening, _): "opening of round \(opening.round)"
        case .join(let join): "join of \(join.worker)"
        case .leave(let leave): "leave of \(leave.worker)"
        case .transfer(let transfer, _): "transfer from \(transfer.source)"
        case .contribution(let sealed): "contribution of \(sealed.claim.worker)"
        case .verdict(let verdict, _): "verdict '\(verdict.outcome.rawValue)'"
        case .settlement(let round): "settlement of round \(round)"
        }
    }
}

package import Encodings
import Storage

/// The operator's signed word that a round begins: from then on its roster and seed are fixed.
package struct Opening: Sendable, Equatable {
    /// The ledger.
    package let ledger: LedgerReference
    /// The round.
    package let round: UInt32

    /// Opens a round.
    package init(_ ledger: LedgerReference, round: UInt32) {
        self.ledger = ledger
        self.round = round
    }

    /// The record, before it is signed.
    package var json: JSON {
        [
            "type": "opening",
            "run": .string(ledger.run.hex),
            "ledger": .string(ledger.origin.hex),
            "round": .integer(Int64(round)),
        ]
    }

    /// Reads the record without its signature.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "opening")
        try fields.constant("type", "opening")
        ledger = try fields.ledger()
        round = try fields.round("round")
        try fields.finish()
    }
}

package import Encodings
package import Identity
import Storage

/// A worker's signed notice that it takes no part in a round and those after it.
package struct Leave: Sendable, Equatable {
    /// The ledger.
    package let ledger: LedgerReference
    /// The worker.
    package let worker: PublicKey
    /// The first round the worker takes no part in.
    package let round: UInt32

    /// A notice to leave.
    package init(_ ledger: LedgerReference, worker: PublicKey, round: UInt32) {
        self.ledger = ledger
        self.worker = worker
        self.round = round
    }

    /// The record, before it is signed.
    package var json: JSON {
        [
            "type": "leave",
            "run": .string(ledger.run.hex),
            "ledger": .string(ledger.origin.hex),
            "worker": .string(worker.base58),
            "round": .integer(Int64(round)),
        ]
    }

    /// Reads the record without its signature.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "leave")
        try fields.constant("type", "leave")
        ledger = try fields.ledger()
        worker = try fields.publicKey("worker")
        round = try fields.round("round")
        try fields.finish()
    }
}

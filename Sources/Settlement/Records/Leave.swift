package import Encodings
package import Identity
package import Storage
import TransparencyLog

/// A worker's signed notice that it takes no part in a round and those after it.
package struct Leave: Sendable, Equatable {
    /// The digest of the run file.
    package let run: Digest
    /// The worker.
    package let worker: PublicKey
    /// The first round the worker takes no part in.
    package let round: UInt32

    /// A notice to leave.
    package init(run: Digest, worker: PublicKey, round: UInt32) {
        self.run = run
        self.worker = worker
        self.round = round
    }

    /// The record, before it is signed.
    package var json: JSON {
        [
            "type": "leave",
            "run": .string(run.hex),
            "worker": .string(worker.base58),
            "round": .integer(Int64(round)),
        ]
    }

    /// Reads the record without its signature.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "leave")
        try fields.constant("type", "leave")
        run = try fields.digest("run")
        worker = try fields.publicKey("worker")
        round = try fields.round("round")
        try fields.finish()
    }
}

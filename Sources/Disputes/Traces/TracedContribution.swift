import Encodings
package import Identity
import Rounds
package import Storage

/// The contribution that roots or a trace are about.
package struct TracedContribution: Sendable, Equatable {
    /// Its digest.
    package let digest: Digest
    /// The run.
    package let run: Digest
    /// The round, from 1.
    package let round: Int
    /// The worker whose it is.
    package let worker: PublicKey

    /// A contribution.
    package init(digest: Digest, run: Digest, round: Int, worker: PublicKey) {
        self.digest = digest
        self.run = run
        self.round = round
        self.worker = worker
    }

    init(reading fields: inout JSONFields) throws(MalformedInput) {
        digest = try fields.digest("contribution")
        run = try fields.digest("run")
        round = Int(try fields.integer("round", in: 1...Int64(UInt32.max)))
        worker = try fields.publicKey("worker")
    }

    /// The record of type `type` about it that goes on with `members`, signed by `key`.
    func record(_ type: String, _ members: [(String, JSON)], signedBy key: SigningKey) -> JSON {
        let own: [(String, JSON)] = [
            ("type", .string(type)), ("contribution", digest.json), ("run", run.json),
            ("round", .integer(Int64(round))), ("worker", worker.json),
        ]
        return SignedRecord.sign(
            .object((own + members).map { JSONMember(key: $0.0, value: $0.1) }), with: key)
    }
}

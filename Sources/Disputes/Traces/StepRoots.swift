package import Encodings
package import Identity
import Rounds
package import Storage

/// The state roots before and after every inner step of a contribution, signed: where two of these
/// part, a dispute begins.
package struct StepRoots: Sendable, Equatable {
    /// The contribution.
    package let contribution: Digest
    /// The run.
    package let run: Digest
    /// The round, from 1.
    package let round: Int
    /// The worker whose steps they are.
    package let worker: PublicKey
    /// The root before the first step, then the one after each.
    package let roots: [Digest]

    /// The most bytes of a record: a root is 67 at most.
    package static let sizeLimit = 1 << 20

    /// The roots of a contribution's steps.
    package init(
        contribution: Digest, run: Digest, round: Int, worker: PublicKey, roots: [Digest]
    ) {
        self.contribution = contribution
        self.run = run
        self.round = round
        self.worker = worker
        self.roots = roots
    }

    /// Reads a signed record, and who signed it.
    package static func verify(
        _ record: JSON
    ) throws(MalformedInput) -> (roots: StepRoots, signer: PublicKey) {
        let (signer, unsigned) = try SignedRecord.verify(record)
        return (try StepRoots(unsigned), signer)
    }

    private init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "step roots")
        try fields.constant("type", "step-roots")
        contribution = try fields.digest("contribution")
        run = try fields.digest("run")
        round = Int(try fields.integer("round", in: 1...Int64(UInt32.max)))
        worker = try fields.publicKey("worker")
        roots = try fields.digests("roots")
        try fields.finish()
    }

    /// The record signed by `key`.
    package func signed(with key: SigningKey) -> JSON {
        SignedRecord.sign(
            [
                "type": "step-roots",
                "contribution": contribution.json,
                "run": run.json,
                "round": .integer(Int64(round)),
                "worker": worker.json,
                "roots": .array(roots.map(\.json)),
            ], with: key)
    }

    /// The first step, from 0, after which two records of one contribution differ; nil if none does.
    package func firstDifference(from other: StepRoots) throws(MalformedInput) -> Int? {
        guard contribution == other.contribution, run == other.run, round == other.round,
            worker == other.worker, roots.count == other.roots.count
        else { throw MalformedInput("expected the roots of the steps of one contribution") }
        guard roots.first == other.roots.first else {
            throw MalformedInput(
                "the rounds begin in different states, which base and worker state decide")
        }
        return zip(roots, other.roots).enumerated().first { $1.0 != $1.1 }.map { $0.offset - 1 }
    }
}

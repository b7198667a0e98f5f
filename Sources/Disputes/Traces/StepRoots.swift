package import Encodings
package import Identity
import Rounds
package import Storage

/// The state roots before and after every inner step of a contribution, signed: where two of these
/// part, a dispute begins.
package struct StepRoots: Sendable, Equatable {
    /// Whose steps they are.
    package let contribution: TracedContribution
    /// The root before the first step, then the one after each.
    package let roots: [Digest]

    /// The most bytes of a record: a root is 67 at most.
    package static let sizeLimit = 1 << 20

    /// The roots of a contribution's steps.
    package init(contribution: TracedContribution, roots: [Digest]) {
        self.contribution = contribution
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
        contribution = try TracedContribution(reading: &fields)
        roots = try fields.digests("roots")
        try fields.finish()
    }

    /// The record signed by `key`.
    package func signed(with key: SigningKey) -> JSON {
        contribution.record(
            "step-roots", [("roots", .array(roots.map(\.json)))], signedBy: key)
    }

    /// The first step, from 0, after which two records of one contribution differ; nil if none does.
    package func firstDifference(from other: StepRoots) throws(MalformedInput) -> Int? {
        guard contribution == other.contribution, roots.count == other.roots.count else {
            throw MalformedInput("expected the roots of the steps of one contribution")
        }
        guard roots.first == other.roots.first else {
            throw MalformedInput(
                "the rounds begin in different states, which base and worker state decide")
        }
        return zip(roots, other.roots).enumerated().first { $1.0 != $1.1 }.map { $0.offset - 1 }
    }
}

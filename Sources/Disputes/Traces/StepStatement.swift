package import Encodings
package import Identity
import Rounds
package import Storage

/// What somebody signs about one inner step: the states around it, and every operator between them.
///
/// Specified in docs/formats/dispute.md.
package struct StepStatement: Sendable, Equatable {
    /// The contribution the step is of.
    package let contribution: TracedContribution
    /// Inner steps of the round that were taken before; all of them, if it is the compression.
    package let step: Int
    /// The state root before the step.
    package let opening: Digest
    /// The state root after the step.
    package let closing: Digest
    /// How many operators the step has.
    package let operators: Int
    /// The Merkle root over their lines.
    package let root: Digest

    /// A statement of the given parts.
    package init(
        contribution: TracedContribution, step: Int, opening: Digest, closing: Digest,
        operators: Int, root: Digest
    ) {
        self.contribution = contribution
        self.step = step
        self.opening = opening
        self.closing = closing
        self.operators = operators
        self.root = root
    }

    /// Reads a signed statement, and who signed it.
    package static func verify(
        _ record: JSON
    ) throws(MalformedInput) -> (statement: StepStatement, signer: PublicKey) {
        let (signer, unsigned) = try SignedRecord.verify(record)
        return (try StepStatement(unsigned), signer)
    }

    private init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "statement")
        try fields.constant("type", "step-trace")
        contribution = try TracedContribution(reading: &fields)
        step = Int(try fields.integer("step", in: 0...stepLimit))
        opening = try fields.digest("opening")
        closing = try fields.digest("closing")
        operators = Int(try fields.integer("operators", in: 1...Int64(TraceLimits.operators)))
        root = try fields.digest("root")
        try fields.finish()
    }

    /// The record signed by `key`.
    package func signed(with key: SigningKey) -> JSON {
        contribution.record(
            "step-trace",
            [
                ("step", .integer(Int64(step))), ("opening", opening.json),
                ("closing", closing.json), ("operators", .integer(Int64(operators))),
                ("root", root.json),
            ], signedBy: key)
    }

    /// Whether two statements are about the same step from the same state.
    package func isAboutSameStep(as other: StepStatement) -> Bool {
        contribution == other.contribution && step == other.step && opening == other.opening
    }
}

package import Encodings
package import Identity
package import Storage

/// What a verifier found when it replayed some segments of a contribution.
///
/// Specified in docs/formats/audit.md.
package struct Audit: Sendable, Equatable {
    /// The finding; the raw value is what the record says.
    package enum Outcome: String, Sendable, CaseIterable {
        /// Every audited segment ends where the worker committed to.
        case reproduced
        /// Recomputation contradicts what the worker signed.
        case notReproduced = "not-reproduced"
        /// This machine, or with what it was given, cannot tell; says nothing about the worker.
        case cannotVerify = "cannot-verify"
    }

    /// The most segments of a contribution: as many as an assignment has steps.
    package static let maximumSegments = 4096

    /// The digest of the run file.
    package var run: Digest
    /// The round.
    package var round: UInt32
    /// The digest of the checkpoint that the contribution starts from.
    package var base: Digest
    /// The digest of the contribution.
    package var contribution: Digest
    /// The worker's key.
    package var worker: PublicKey
    /// The segments that were asked for, from 1, ascending.
    package var segments: [Int]
    /// How many segments the contribution has.
    package var count: Int
    /// The finding.
    package var outcome: Outcome
    /// The finding in words, one line.
    package var reason: String

    /// The finding about `segments` of `count`; a long `reason` is cut.
    package init(
        run: Digest, round: UInt32, base: Digest, contribution: Digest, worker: PublicKey,
        segments: [Int], of count: Int, outcome: Outcome, reason: String
    ) {
        precondition(Self.isSound(segments, of: count), "segments \(segments) of \(count)")
        self.run = run
        self.round = round
        self.base = base
        self.contribution = contribution
        self.worker = worker
        self.segments = segments
        self.count = count
        self.outcome = outcome
        var text = reason
        while text.utf8.count > Verdict.maximumReasonLength { text.removeLast() }
        self.reason = text
    }

    /// Whether `segments` are ascending numbers from 1 to `count`.
    static func isSound(_ segments: [Int], of count: Int) -> Bool {
        (1...maximumSegments).contains(count)
            && segments.allSatisfy { (1...count).contains($0) }
            && zip(segments, segments.dropFirst()).allSatisfy(<)
    }

    /// The record signed by the verifier, members in the order of the specification.
    package func signed(with key: SigningKey) -> JSON {
        SignedRecord.sign(
            [
                "type": .string(Self.type),
                "run": run.json,
                "round": .integer(Int64(round)),
                "base": base.json,
                "contribution": contribution.json,
                "worker": worker.json,
                "segments": .array(segments.map { .integer(Int64($0)) }),
                "of": .integer(Int64(count)),
                "outcome": .string(outcome.rawValue),
                "reason": .string(reason),
                "verifier": key.publicKey.json,
            ], with: key)
    }
}

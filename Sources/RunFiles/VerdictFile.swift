package import Artifacts
package import Encodings
package import Identity
package import Rounds
package import Storage

/// Verdicts by operand.
package enum VerdictFile {
    /// Reads verdicts and their signers, checking each one's signature.
    package static func read(
        _ operand: String
    ) throws -> [(verdict: Verdict, verifier: PublicKey)] {
        try RecordLines.read(operand, of: Verdict.self).map { ($0.record, $0.verifier) }
    }
}

/// What trusted verifiers say about the contributions to one round.
package struct Verdicts {
    private let votes: [Digest: [PublicKey: Verdict.Outcome]]

    /// The verdicts of `trusted` verifiers about the round of `run` after `base`; all others are
    /// passed over, and so are those that say nothing about the worker.
    ///
    /// A verifier that says two of accepted, plausible and refused of a contribution is refused,
    /// and so are verdicts of which none decides about this round: another round's would end it
    /// with nobody's work.
    package init(
        _ records: [(verdict: Verdict, verifier: PublicKey)], of trusted: Set<PublicKey>,
        run: RunConfiguration, base: Checkpoint
    ) throws(MalformedInput) {
        var votes: [Digest: [PublicKey: Verdict.Outcome]] = [:]
        for (verdict, verifier) in records where trusted.contains(verifier) {
            guard verdict.outcome != .cannotVerify, let claims = verdict.claims,
                claims.run == run.digest, claims.base == base.digest,
                Int(claims.round) == base.lineage.round + 1
            else { continue }
            let digest = verdict.contribution
            let earlier = votes[digest, default: [:]].updateValue(
                verdict.outcome, forKey: verifier)
            if let earlier, earlier != verdict.outcome,
                earlier.isFavourable || verdict.outcome.isFavourable
            {
                throw MalformedInput(
                    "verifier \(verifier) contradicts itself about contribution \(digest): "
                        + [earlier.rawValue, verdict.outcome.rawValue].sorted()
                        .joined(separator: " and "))
            }
        }
        guard !votes.isEmpty else {
            throw MalformedInput(
                "expected verdicts of the --verifier keys about round \(base.lineage.round + 1) of "
                    + "this run and base, found none")
        }
        self.votes = votes
    }

    /// The contributions that at least `quorum` verifiers accept, or find plausible.
    package func sound(quorum: Int) -> [Digest: Verdict.Outcome] {
        votes.compactMapValues { votes in
            [Verdict.Outcome.accepted, .plausible].first { outcome in
                votes.values.count { $0 == outcome } >= quorum
            }
        }
    }
}

extension Verdict.Outcome {
    /// Whether a contribution is merged by it.
    fileprivate var isFavourable: Bool { self == .accepted || self == .plausible }
}

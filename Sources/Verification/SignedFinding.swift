import Artifacts
package import Encodings
package import Identity
package import Storage

/// What a verifier signed about a contribution: a verdict or an audit.
package struct SignedFinding: Sendable {
    /// Who signed.
    package let verifier: PublicKey
    /// The contribution's digest.
    package let contribution: Digest
    /// The signed record.
    package let record: JSON

    /// What of the work the record vouches for, or denies.
    private enum Finding {
        case vouches(Extent)
        case denies(Extent)
        case neither
    }

    private enum Extent {
        case whole
        case segments(Set<Int>)

        func covers(_ other: Extent) -> Bool {
            switch (self, other) {
            case (.whole, _): true
            case (.segments, .whole): false
            case (.segments(let mine), .segments(let theirs)): theirs.isSubset(of: mine)
            }
        }
    }

    private let finding: Finding

    /// Reads a verdict or an audit, checking its signature.
    package init(_ record: JSON) throws(MalformedInput) {
        if record["type"]?.string == "audit" {
            let (audit, verifier) = try Audit.verify(record)
            self.init(record, verifier, audit.contribution, SignedFinding.finding(audit))
        } else {
            let (verdict, verifier) = try Verdict.verify(record)
            self.init(
                record, verifier, verdict.contribution, SignedFinding.finding(verdict.outcome))
        }
    }

    private init(
        _ record: JSON, _ verifier: PublicKey, _ contribution: Digest, _ finding: Finding
    ) {
        self.record = record
        self.verifier = verifier
        self.contribution = contribution
        self.finding = finding
    }

    private static func finding(_ audit: Audit) -> Finding {
        switch audit.outcome {
        case .reproduced: .vouches(.segments(Set(audit.segments)))
        case .notReproduced: .denies(.segments(Set(audit.segments)))
        case .cannotVerify: .neither
        }
    }

    /// A verdict on a copy without its signature, or by a judge of another round, denies nothing
    /// that another verdict on the same digest could vouch for.
    private static func finding(_ outcome: Verdict.Outcome) -> Finding {
        switch outcome {
        case .accepted, .plausible: .vouches(.whole)
        case .wrongData, .badState, .notReproduced: .denies(.whole)
        case .malformed, .badSignature, .wrongRun, .wrongBase, .cannotVerify: .neither
        }
    }

    /// Whether one of the two records, both of one verifier on one contribution, vouches for all
    /// that the other denies.
    package func contradicts(_ other: SignedFinding) -> Bool {
        guard verifier == other.verifier, contribution == other.contribution else { return false }
        switch (finding, other.finding) {
        case (.vouches(let mine), .denies(let theirs)): return mine.covers(theirs)
        case (.denies(let mine), .vouches(let theirs)): return theirs.covers(mine)
        default: return false
        }
    }
}

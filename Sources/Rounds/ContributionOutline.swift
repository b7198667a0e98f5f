package import Artifacts
package import Encodings
package import Storage

/// A contribution by its manifest and claim, which stand at its beginning; the rest is unread.
package struct ContributionOutline: Sendable {
    /// The contribution's digest.
    package let digest: Digest
    /// What the worker says it did.
    package let claim: Claim

    /// The outline of the contribution with `manifest`, whose first member holds `bytes`.
    package init(_ manifest: Manifest, first bytes: [UInt8]) throws(MalformedInput) {
        let name = "contribution.json"
        guard manifest.entries.first?.path == name else {
            throw MalformedInput("expected '\(name)' as the first member")
        }
        digest = manifest.digest
        claim = try Claim(parsing: bytes, stepLimit: Contribution.stepLimit)
    }
}

package import Artifacts
package import Encodings
import Identity
package import Storage

/// A claim with the manifest that its worker signed: enough of a contribution to show who said
/// what, without the update.
///
/// As JSON it is what the ledger seals; docs/formats/ledger.md.
package struct SignedClaim: Sendable {
    /// The signed manifest.
    package let manifest: Manifest
    /// What the worker says it did.
    package let claim: Claim
    private let text: [UInt8]

    private static let path = "contribution.json"

    /// The contribution's digest.
    package var digest: Digest { manifest.digest }

    /// The claim `text` of the contribution with `manifest`, which must list it and be signed by
    /// the worker.
    package init(_ manifest: Manifest, claim text: [UInt8]) throws(MalformedInput) {
        guard manifest.kind == .contribution else {
            throw MalformedInput("expected a contribution, found a \(manifest.kind.rawValue)")
        }
        let entry = manifest.entries.first { $0.path == Self.path }
        guard let entry, entry.digest == Digest(hashing: text) else {
            throw MalformedInput("expected the member that the manifest lists", in: Self.path)
        }
        claim = try Claim(parsing: text, stepLimit: Contribution.stepLimit)
        guard manifest.signers.contains(claim.worker) else {
            throw MalformedInput("no valid signature of the worker \(claim.worker)")
        }
        self.manifest = manifest
        self.text = text
    }

    /// Reads the JSON form.
    package init(_ json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "contribution")
        try fields.constant("type", "contribution")
        let manifest = try fields.string("manifest", limit: ArtifactLimits.standard.manifestSize)
        let claim = try fields.string("claim", limit: Self.claimLimit)
        try fields.finish()
        try self.init(
            Manifest(parsing: Array(manifest.utf8), expecting: .contribution),
            claim: Array(claim.utf8))
    }

    /// The most bytes in a claim of a round of any run.
    package static let claimLimit = Claim.sizeLimit(steps: Contribution.stepLimit)

    /// The JSON form, word for word what was signed.
    package var json: JSON {
        [
            "type": "contribution",
            "manifest": .string(String(decoding: manifest.bytes, as: UTF8.self)),
            "claim": .string(String(decoding: text, as: UTF8.self)),
        ]
    }
}

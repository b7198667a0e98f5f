import Artifacts
package import Encodings
package import Identity
package import Storage

/// A contribution as the ledger holds it: the signed manifest, and the claim the manifest covers.
///
/// The entry carries the member `contribution.json` word for word, so that what is paid is bound
/// to the worker's signature without the contribution itself.
package struct SealedContribution: Sendable {
    /// The member of a contribution that states the claim.
    package static let claimPath = "contribution.json"

    /// SHA-256 of the manifest's text: the identity of the contribution.
    package let digest: Digest
    /// What the worker claims to have done.
    package let claim: Claim
    /// The body of the entry.
    package let json: JSON

    /// The part of `contribution.json` that decides about money.
    package struct Claim: Sendable, Equatable {
        /// The digest of the run file.
        package let run: Digest
        /// The round worked in.
        package let round: UInt32
        /// The digest of the checkpoint trained from.
        package let base: Digest
        /// The worker that signed the manifest.
        package let worker: PublicKey
        /// The tokens trained on.
        package let tokens: UInt64
        /// Whether the work was not done in exact arithmetic: it is plausible at best.
        package let isTolerant: Bool

        /// A claim of exact work.
        package init(
            run: Digest, round: UInt32, base: Digest, worker: PublicKey, tokens: UInt64
        ) {
            self.run = run
            self.round = round
            self.base = base
            self.worker = worker
            self.tokens = tokens
            isTolerant = false
        }
    }

    /// A claim without its text: the caller vouches that a manifest of this digest covers it.
    package init(vouchingFor claim: Claim, digest: Digest) {
        self.claim = claim
        self.digest = digest
        json = .object([])
    }

    /// A contribution from the bytes of its `MANIFEST` and its `contribution.json`.
    ///
    /// - Throws: `MalformedInput` when the manifest does not cover the claim, or, if
    ///   `checkingSignature`, when the worker did not sign it.
    package init(
        manifest bytes: [UInt8], claim text: [UInt8], checkingSignature: Bool = true
    ) throws(MalformedInput) {
        let manifest = try Manifest(parsing: bytes)
        guard manifest.kind == .contribution else {
            throw MalformedInput("expected a contribution, found a \(manifest.kind.rawValue)")
        }
        let member = manifest.entries.first { $0.path == Self.claimPath }
        guard let member, member.digest == Digest(hashing: text) else {
            throw MalformedInput("the manifest does not cover this claim", in: Self.claimPath)
        }
        guard let manifestText = String(validating: bytes, as: UTF8.self),
            let claimText = String(validating: text, as: UTF8.self)
        else {
            throw MalformedInput("manifest and claim are UTF-8 text")
        }
        claim = try Claim(text)
        digest = manifest.digest
        json = [
            "type": "contribution", "manifest": .string(manifestText),
            "claim": .string(claimText),
        ]
        guard !checkingSignature || manifest.signers.contains(claim.worker) else {
            throw MalformedInput("the manifest is not signed by its worker \(claim.worker)")
        }
    }

    /// The same without its text, which nobody asks for once it is sealed.
    var withoutText: SealedContribution { SealedContribution(vouchingFor: claim, digest: digest) }

    /// Reads the body of an entry.
    package init(_ json: JSON, checkingSignature: Bool) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "contribution")
        try fields.constant("type", "contribution")
        let manifest = try fields.string("manifest")
        let claim = try fields.string("claim")
        try fields.finish()
        try self.init(
            manifest: Array(manifest.utf8), claim: Array(claim.utf8),
            checkingSignature: checkingSignature)
    }
}

extension SealedContribution.Claim {
    /// Reads the fields that decide about money; the others are the verifiers' business.
    init(_ text: [UInt8]) throws(MalformedInput) {
        do throws(MalformedInput) {
            let json = try JSON(parsing: text, limits: .record)
            var fields = try JSONFields(json, of: "claim")
            run = try fields.digest("run")
            round = try fields.round("round")
            base = try fields.digest("base")
            worker = try fields.publicKey("worker")
            tokens = UInt64(
                try fields.integer("tokens", in: 0...Int64(Verdict.maximumTokens)))
            isTolerant = json["arithmetic"]?["class"]?.string?.hasSameBytes(as: "tolerant") == true
        } catch {
            throw error.within(SealedContribution.claimPath)
        }
    }
}

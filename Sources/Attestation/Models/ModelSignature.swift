package import Encodings
import Storage

/// A detached signature of a model: a Sigstore bundle v0.3 around the envelope of a statement.
package struct ModelSignature: Sendable, Equatable {
    /// The format of the file.
    package static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

    /// The largest file that is read.
    package static let maximumSize = 1 << 26

    /// How large a file is read; the statement in it is one string here.
    private static let limits = JSONLimits(bytes: maximumSize, depth: 16, values: 1 << 16)

    /// The statement and its signature.
    private let envelope: Envelope

    /// What the bundle has beside the envelope to check it with.
    private let material: JSON

    /// The statement signed with `key`.
    package init(_ statement: ModelStatement, signedWith key: EnvelopeSigningKey) {
        var envelope = statement.statement.envelope
        envelope.sign(with: key, keyID: "")
        self.envelope = envelope
        material = [
            "publicKey": ["hint": key.verificationKey.fingerprint.json], "tlogEntries": [],
        ]
    }

    /// The signature in the file with these bytes; nothing is verified.
    package init(parsing bytes: [UInt8]) throws(MalformedInput) {
        var fields = try JSONFields(JSON(parsing: bytes, limits: Self.limits), of: "bundle")
        try fields.constant("mediaType", Self.mediaType)
        material = try fields.value("verificationMaterial")
        try Self.check(material)
        envelope = try Envelope(fields.value("dsseEnvelope"))
        try fields.finish()
        guard envelope.signatures.count == 1 else {
            throw MalformedInput(
                "expected one signature, found \(envelope.signatures.count)", in: "envelope")
        }
    }

    /// The statement, if `key` signed it; its meaning is looked at only then.
    ///
    /// Whoever names the key needs neither its hint nor a certificate, so the bundle's own say is
    /// not asked.
    package func statement(
        signedBy key: EnvelopeVerificationKey
    ) throws(MalformedInput) -> ModelStatement? {
        guard envelope.isSigned(by: key) else { return nil }
        return try ModelStatement(
            Statement(in: envelope, predicateType: ModelStatement.predicateType))
    }

    /// The whole file.
    package var bytes: [UInt8] {
        let bundle: JSON = [
            "mediaType": .string(Self.mediaType), "verificationMaterial": material,
            "dsseEnvelope": envelope.json,
        ]
        return bundle.orderedLine
    }

    /// Checks that a bundle has the material of one method: a key, a chain of certificates, or a
    /// certificate with entries of a transparency log.
    private static func check(_ material: JSON) throws(MalformedInput) {
        let methods = ["publicKey", "x509CertificateChain", "certificate"]
        var fields = try JSONFields(material, of: "verificationMaterial")
        let entries = try fields.optionalArray("tlogEntries") ?? []
        let found = methods.filter { material[$0]?.object != nil }
        guard found.count == 1 else {
            throw MalformedInput(
                "expected one of \(methods.joined(separator: ", ")), found \(found.count)",
                in: "verificationMaterial")
        }
        if found == ["publicKey"] {
            let key = try fields.value("publicKey")
            guard key["hint"]?.string ?? key["rawBytes"]?.string != nil else {
                throw MalformedInput("missing field 'hint'", in: "publicKey")
            }
        }
        guard found != ["certificate"] || !entries.isEmpty else {
            throw MalformedInput("missing field 'tlogEntries'", in: "verificationMaterial")
        }
    }
}

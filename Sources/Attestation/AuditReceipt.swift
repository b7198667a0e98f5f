import Artifacts
package import Encodings
package import Identity
import Storage

/// A verdict in the form that supply-chain tools carry: an in-toto statement about the
/// contribution, in a DSSE envelope signed by the verifier.
///
/// The predicate is the signed record of the verdict, whole, so it comes out as it went in.
package enum AuditReceipt {
    /// The kind of claim; the URI is a name and leads nowhere.
    package static let predicateType = "https://nous-tools/audit-receipt/v1"

    /// The name of every subject.
    package static let subjectName = "contribution"

    /// The receipt of the verdict `record`, which `key` must have signed.
    package static func seal(
        _ record: JSON, with key: SigningKey
    ) throws(MalformedInput) -> Envelope {
        let (verdict, verifier) = try Verdict.verify(record)
        guard verifier == key.publicKey else {
            throw .field("verifier", expected: "\(key.publicKey)", found: "\(verifier)")
                .within("verdict")
        }
        var envelope = Statement(
            subject: StatementSubject(name: subjectName, digest: verdict.contribution),
            predicateType: predicateType, predicate: record
        ).envelope
        envelope.sign(with: .identity(key), keyID: verifier.base58)
        return envelope
    }

    /// The record of the verdict in `envelope`, once every signature is checked.
    ///
    /// The key is that which the one signature names; signatures by others do not belong here.
    package static func open(_ envelope: Envelope) throws(MalformedInput) -> JSON {
        guard envelope.signatures.count == 1 else {
            throw MalformedInput(
                "expected one signature, found \(envelope.signatures.count)", in: "envelope")
        }
        let keyID = envelope.signatures[0].keyID
        guard let signer = PublicKey(base58: keyID) else {
            throw .field(
                "keyid", expected: "a public key in base58", found: MalformedInput.quoted(keyID)
            ).within("envelope")
        }
        guard envelope.isSigned(by: .identity(signer)) else {
            throw MalformedInput(
                "expected a valid signature by \(signer), found an invalid one", in: "envelope")
        }
        let statement = try Statement(in: envelope, predicateType: predicateType)
        let (verdict, verifier) = try Verdict.verify(statement.predicate)
        guard verifier == signer else {
            throw .field("verifier", expected: "\(signer)", found: "\(verifier)").within("verdict")
        }
        guard statement.subject.digest == verdict.contribution else {
            throw .field(
                "sha256", expected: "\(verdict.contribution)", found: "\(statement.subject.digest)"
            ).within("subject")
        }
        return statement.predicate
    }
}

import Artifacts
import Attestation
import Encodings
import Identity
import Storage
import Testing

@Suite("audit receipts")
struct AuditReceiptTests {
    private let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    private let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))

    private var verdict: Verdict {
        Verdict(
            contribution: Digest(hashing: [1]),
            claims: Verdict.Claims(
                run: Digest(hashing: [2]), round: 7, base: Digest(hashing: [3]),
                worker: other.publicKey, tokens: 4096, stateBefore: nil,
                stateAfter: Digest(hashing: [4])),
            outcome: .accepted, reason: "replayed bit for bit")
    }

    private var record: JSON { verdict.signed(with: key) }

    /// An envelope of anything in place of the statement of a receipt.
    private func envelope(
        subject: Digest? = nil, type: String = AuditReceipt.predicateType, _ predicate: JSON,
        by signer: SigningKey, keyID: String? = nil
    ) -> Envelope {
        var envelope = Statement(
            subject: StatementSubject(
                name: "contribution", digest: subject ?? verdict.contribution),
            predicateType: type, predicate: predicate
        ).envelope
        envelope.sign(with: .identity(signer), keyID: keyID ?? signer.publicKey.base58)
        return envelope
    }

    @Test("a verdict comes out of its receipt as it went in")
    func roundTrip() throws {
        let receipt = try AuditReceipt.seal(record, with: key)
        let line = receipt.json.orderedBytes()
        #expect(try AuditReceipt.open(Envelope(JSON(parsing: line))) == record)
        #expect(try AuditReceipt.seal(record, with: key) == receipt)
    }

    @Test("a receipt is an in-toto statement about the contribution")
    func statement() throws {
        let receipt = try AuditReceipt.seal(record, with: key)
        let statement = try JSON(parsing: receipt.payload)
        #expect(receipt.payloadType == "application/vnd.in-toto+json")
        #expect(receipt.signatures.map(\.keyID) == [key.publicKey.base58])
        #expect(statement["_type"] == "https://in-toto.io/Statement/v1")
        #expect(
            statement["subject"] == [
                ["name": "contribution", "digest": ["sha256": verdict.contribution.json]]
            ])
        #expect(statement["predicateType"] == "https://nous-tools/audit-receipt/v1")
        #expect(statement["predicate"] == record)
    }

    @Test("a verdict of another verifier makes no receipt")
    func otherVerdict() {
        #expect(
            refusal { _ = try AuditReceipt.seal(record, with: other) }
                == "verdict: field 'verifier': expected \(other.publicKey), found \(key.publicKey)")
    }

    @Test("somebody else's envelope around a verdict is refused")
    func otherSigner() {
        expectRefusal(
            envelope(record, by: other),
            "verdict: field 'verifier': expected \(other.publicKey), found \(key.publicKey)")
    }

    @Test("a signature that does not hold is refused before the payload is looked at")
    func badSignature() {
        expectRefusal(
            envelope("anything", by: other, keyID: key.publicKey.base58),
            "envelope: expected a valid signature by \(key.publicKey), found an invalid one")
    }

    @Test("a key without its name, and a second signature, are refused")
    func signatures() {
        expectRefusal(
            envelope(record, by: key, keyID: ""),
            "envelope: field 'keyid': expected a public key in base58, found \"\"")
        var twice = envelope(record, by: key)
        twice.sign(with: .identity(other), keyID: other.publicKey.base58)
        expectRefusal(twice, "envelope: expected one signature, found 2")
    }

    @Test("another subject, another claim and another verdict are refused")
    func statements() {
        expectRefusal(
            envelope(subject: Digest(hashing: [9]), record, by: key),
            "subject: field 'sha256': expected \(Digest(hashing: [1])),"
                + " found \(Digest(hashing: [9]))")
        expectRefusal(
            envelope(type: "https://slsa.dev/provenance/v1", record, by: key),
            "statement: field 'predicateType': expected"
                + " \"https://nous-tools/audit-receipt/v1\","
                + " found \"https://slsa.dev/provenance/v1\"")
        var changed = record.object ?? []
        changed[1].value = Digest(hashing: [9]).json
        expectRefusal(
            envelope(.object(changed), by: key),
            "verdict: field 'signature': expected a valid signature by \(key.publicKey),"
                + " found an invalid one")
    }

    @Test("another payload type is refused")
    func payloadType() throws {
        let payload = try AuditReceipt.seal(record, with: key).payload
        var plain = Envelope(payloadType: "application/json", payload: payload)
        plain.sign(with: .identity(key), keyID: key.publicKey.base58)
        expectRefusal(
            plain,
            "envelope: field 'payloadType': expected \"application/vnd.in-toto+json\","
                + " found \"application/json\"")
    }

    private func expectRefusal(
        _ envelope: Envelope, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = refusal { _ = try AuditReceipt.open(envelope) }
        #expect(found == reason, sourceLocation: sourceLocation)
    }
}

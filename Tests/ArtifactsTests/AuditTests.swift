import Artifacts
import Encodings
import Identity
import Storage
import Testing

@Suite("audits") struct AuditRecordTests {
    private static let digest = Digest(hashing: [])

    private static func audit(_ outcome: Audit.Outcome = .reproduced) -> Audit {
        Audit(
            run: digest, round: 7, base: digest, contribution: digest,
            worker: Samples.key.publicKey, segments: [2, 5], of: 16, outcome: outcome,
            reason: "replayed bit for bit")
    }

    @Test("an audit reads as the specification says") func text() {
        let key = Samples.key.publicKey.base58
        let line = String(decoding: Self.audit().line(signedWith: Samples.key), as: UTF8.self)
        let digest = Self.digest
        let expected =
            #"{"type":"audit","run":"\#(digest)","round":7,"base":"\#(digest)","#
            + #""contribution":"\#(digest)","worker":"\#(key)","segments":[2,5],"of":16,"#
            + #""outcome":"reproduced","reason":"replayed bit for bit","#
            + #""verifier":"\#(key)","signature":"\#u{2014} \#(key) "#
        #expect(line.hasPrefix(expected))
        #expect(line.hasSuffix("=\"}\n"))
    }

    @Test("audits come back with the verifier", arguments: Audit.Outcome.allCases)
    func roundTrip(outcome: Audit.Outcome) throws {
        let json = try JSON(parsing: Self.audit(outcome).line(signedWith: Samples.key))
        let read = try Audit.verify(json)
        #expect(read.record == Self.audit(outcome))
        #expect(read.verifier == Samples.key.publicKey)
    }

    @Test(
        "other values than specified are refused",
        arguments: [
            ("segments", [5, 2]), ("segments", [2, 2]), ("segments", [0]), ("segments", [17]),
            ("segments", ["2"]), ("of", 0), ("of", 4097), ("of", 4), ("outcome", "accepted"),
            ("round", 0), ("type", "verdict"), ("reason", 1), ("worker", "x"),
        ] as [(String, JSON)])
    func refusals(key: String, value: JSON) throws {
        let members = try #require(Self.audit().signed(with: Samples.key).object)
        let changed = JSON.object(
            members.map { $0.key == key ? JSONMember(key: key, value: value) : $0 })
        #expect(throws: MalformedInput.self) {
            try Audit.verify(SignedRecord.sign(changed, with: Samples.key))
        }
    }

    @Test("an unknown field, another signer and a changed record are refused") func forged() throws
    {
        let signed = Self.audit().signed(with: Samples.key)
        let members = try #require(signed.object)
        let extra = JSON.object(members + [JSONMember(key: "note", value: "x")])
        #expect(throws: MalformedInput("unknown field 'note'", in: "audit")) {
            try Audit.verify(SignedRecord.sign(extra, with: Samples.key))
        }
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        #expect(throws: MalformedInput.self) {
            try Audit.verify(SignedRecord.sign(signed, with: other))
        }
        let changed = JSON.object(
            members.map { $0.key == "of" ? JSONMember(key: "of", value: 17) : $0 })
        #expect(throws: MalformedInput.self) { try Audit.verify(changed) }
    }
}

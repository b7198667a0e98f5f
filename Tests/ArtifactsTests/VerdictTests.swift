import Artifacts
import Encodings
import Identity
import Storage
import Testing

@Suite("verdicts")
struct VerdictTests {
    private let digest = Digest(hashing: [])

    private func accepted(stateBefore: Digest? = nil) -> Verdict {
        let claims = Verdict.Claims(
            run: digest, round: 7, base: digest, worker: Samples.key.publicKey, tokens: 4096,
            stateBefore: stateBefore, stateAfter: digest)
        return Verdict(
            contribution: digest, claims: claims, outcome: .accepted, reason: "reproduced")
    }

    @Test("a verdict reads as the specification says")
    func text() {
        let key = Samples.key.publicKey.base58
        let line = String(decoding: accepted().line(signedWith: Samples.key), as: UTF8.self)
        let expected =
            #"{"type":"verdict","run":"\#(digest)","round":7,"base":"\#(digest)","#
            + #""contribution":"\#(digest)","worker":"\#(key)","tokens":4096,"#
            + #""verdict":"accepted","reason":"reproduced","state_before":null,"#
            + #""state_after":"\#(digest)","verifier":"\#(key)","signature":"\#u{2014} \#(key) "#
        #expect(line.hasPrefix(expected))
        #expect(line.hasSuffix("=\"}\n"))
    }

    @Test("verdicts come back with the verifier", arguments: Verdict.Outcome.allCases)
    func roundTrip(outcome: Verdict.Outcome) throws {
        var verdict = accepted(stateBefore: digest)
        verdict.outcome = outcome
        let json = try JSON(parsing: verdict.line(signedWith: Samples.key))
        let read = try Verdict.verify(json)
        #expect(read.record == verdict)
        #expect(read.verifier == Samples.key.publicKey)
    }

    @Test("only a malformed contribution has no claims")
    func malformed() throws {
        let verdict = Verdict(
            contribution: digest, claims: nil, outcome: .malformed, reason: "not a bundle")
        let read = try Verdict.verify(verdict.signed(with: Samples.key))
        #expect(read.record == verdict)
        var members = try #require(verdict.signed(with: Samples.key).object)
        members[2].value = "accepted"
        let forged = SignedRecord.sign(.object(members), with: Samples.key)
        #expect(throws: MalformedInput("missing field 'run'", in: "verdict")) {
            try Verdict.verify(forged)
        }
    }

    @Test("another signer than the verifier, an unknown field and a wrong value are refused")
    func refusals() throws {
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        let signed = accepted().signed(with: Samples.key)
        let stolen = SignedRecord.sign(signed, with: other)
        #expect(throws: MalformedInput.self) { try Verdict.verify(stolen) }
        let members = try #require(signed.object)
        let extra = members + [JSONMember(key: "note", value: "x")]
        #expect(throws: MalformedInput("unknown field 'note'", in: "verdict")) {
            try Verdict.verify(SignedRecord.sign(.object(extra), with: Samples.key))
        }
        for index in members.indices.dropLast() {
            var changed = members
            changed[index].value = .number("1.5")
            #expect(throws: MalformedInput.self) {
                try Verdict.verify(SignedRecord.sign(.object(changed), with: Samples.key))
            }
        }
    }

    @Test("a long reason is cut at a character")
    func reason() {
        let verdict = Verdict(
            contribution: digest, claims: nil, outcome: .malformed,
            reason: String(repeating: "é", count: 600) + "x")
        #expect(verdict.reason == String(repeating: "é", count: 512))
    }
}

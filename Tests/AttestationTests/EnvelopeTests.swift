import Attestation
import Encodings
import Identity
import TestFiles
import Testing

@Suite("envelopes")
struct EnvelopeTests {
    private let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))

    private func envelope(_ text: String) throws(MalformedInput) -> Envelope {
        try Envelope(JSON(parsing: [UInt8](text.utf8)))
    }

    /// The example of DSSE's protocol.md.
    private let published = #"""
        {"payload": "aGVsbG8gd29ybGQ=",
         "payloadType": "http://example.com/HelloWorld",
         "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
        """#

    @Test("what is signed is the published encoding")
    func encoding() throws {
        let signed = try envelope(published).signedBytes
        let expected = "DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        #expect(String(decoding: signed, as: UTF8.self) == expected)
        let empty = Envelope(payloadType: "ü", payload: []).signedBytes
        #expect(String(decoding: empty, as: UTF8.self) == "DSSEv1 2 ü 0 ")
    }

    @Test("the published signature is by the published key")
    func knownAnswer() throws {
        let envelope = try envelope(published)
        let key = try EnvelopeVerificationKey(pem: VectorFile.bytes("attestation/dsse.pem"))
        let signature = derSignature(envelope.signatures[0].signature)
        #expect(key.isValid(signature: signature, for: envelope.signedBytes))
        #expect(!key.isValid(signature: signature, for: envelope.payload))
    }

    /// DSSE's example has r and s one after the other; ours are in DER.
    private func derSignature(_ pair: [UInt8]) -> [UInt8] {
        func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            let digits = bytes.drop { $0 == 0 }
            let padded = (digits.first ?? 0x80) >= 0x80 ? [0] + digits : Array(digits)
            return [0x02, UInt8(padded.count)] + padded
        }
        let content = integer(pair[..<32]) + integer(pair[32...])
        return [0x30, UInt8(content.count)] + content
    }

    @Test("an envelope is read back as it was written")
    func roundTrip() throws {
        var envelope = Envelope(payloadType: "text/plain", payload: [0xFB, 0xFF, 0xFE])
        envelope.sign(with: .identity(key), keyID: key.publicKey.base58)
        let text = envelope.json.orderedText
        let beginning =
            #"{"payload":"+//+","payloadType":"text/plain","signatures":[{"keyid":"AKnL"#
        #expect(text.hasPrefix(beginning))
        #expect(try self.envelope(text) == envelope)
        #expect(try self.envelope(text.replacing("+//+", with: "-__-")) == envelope)
        #expect(envelope.isSigned(by: .identity(key.publicKey)))
    }

    @Test("type and payload are both signed")
    func changes() throws {
        var envelope = Envelope(payloadType: "text/plain", payload: [1, 2])
        envelope.sign(with: .identity(key), keyID: "")
        let text = envelope.json.orderedText
        for (old, new) in [("text/plain", "text/plaim"), ("AQI=", "AQM="), ("AQI=", "AQIA")] {
            let changed = try self.envelope(text.replacing(old, with: new))
            #expect(!changed.isSigned(by: .identity(key.publicKey)))
        }
    }

    @Test("one good signature of several is enough, whatever the names of the keys")
    func several() throws {
        let other = SigningKey(seed: [UInt8](repeating: 2, count: 32))
        var envelope = Envelope(payloadType: "text/plain", payload: [])
        envelope.sign(with: .identity(other), keyID: "anna")
        envelope.sign(with: .identity(key), keyID: "anna")
        #expect(envelope.isSigned(by: .identity(key.publicKey)))
        #expect(envelope.isSigned(by: .identity(other.publicKey)))
        let third = SigningKey(seed: [UInt8](repeating: 3, count: 32))
        #expect(!envelope.isSigned(by: .identity(third.publicKey)))
    }

    @Test(
        "a key may have no name, an empty one or null; unknown fields are passed over",
        arguments: ["", #""keyid":"","#, #""keyid":null,"#, #""cert":"x","#])
    func names(field: String) throws {
        let text = #"{"payload":"","payloadType":"","signatures":[{\#(field)"sig":""}],"more":1}"#
        #expect(try envelope(text).signatures.map(\.keyID) == [""])
    }

    @Test(
        "what breaks a rule is refused",
        arguments: [
            (#"[]"#, "envelope: expected an object, found an array of 0"),
            (
                #"{"payload":"","signatures":[{"sig":""}]}"#,
                "envelope: missing field 'payloadType'"
            ),
            (
                #"{"payloadType":"t","signatures":[{"sig":""}]}"#,
                "envelope: missing field 'payload'"
            ),
            (
                #"{"payload":"AQ","payloadType":"t","signatures":[{"sig":""}]}"#,
                #"envelope: field 'payload': expected padded base64, found "AQ""#
            ),
            (
                #"{"payload":"+//_","payloadType":"t","signatures":[{"sig":""}]}"#,
                #"envelope: field 'payload': expected padded base64, found "+//_""#
            ),
            (
                #"{"payload":"AR==","payloadType":"t","signatures":[{"sig":""}]}"#,
                #"envelope: field 'payload': expected padded base64, found "AR==""#
            ),
            (#"{"payload":"","payloadType":"t"}"#, "envelope: missing field 'signatures'"),
            (
                #"{"payload":"","payloadType":"t","signatures":[]}"#,
                "envelope: expected a signature, found none"
            ),
            (
                #"{"payload":"","payloadType":"t","signatures":[{}]}"#,
                "signature: missing field 'sig'"
            ),
            (
                #"{"payload":"","payloadType":"t","signatures":[{"sig":"","keyid":1}]}"#,
                "signature: field 'keyid': expected a string of at most 1024 bytes, found 1"
            ),
            (
                #"{"payload":"","payload":"","payloadType":"t","signatures":[{"sig":""}]}"#,
                #"at byte 0: expected distinct keys, found "payload" twice"#
            ),
        ])
    func refusals(text: String, reason: String) {
        #expect(refusal { _ = try envelope(text) } == reason)
    }

    @Test("lengths have limits")
    func limits() {
        let signatures = [String](repeating: #"{"sig":""}"#, count: 65).joined(separator: ",")
        let long = String(repeating: "t", count: 1025)
        let signature = Base64.encode([UInt8](repeating: 0, count: 16_385))
        for text in [
            #"{"payload":"","payloadType":"t","signatures":[\#(signatures)]}"#,
            #"{"payload":"","payloadType":"\#(long)","signatures":[{"sig":""}]}"#,
            #"{"payload":"","payloadType":"t","signatures":[{"sig":"","keyid":"\#(long)"}]}"#,
            #"{"payload":"","payloadType":"t","signatures":[{"sig":"\#(signature)"}]}"#,
        ] {
            #expect(refusal { _ = try envelope(text) }?.contains("at most") == true)
        }
    }
}

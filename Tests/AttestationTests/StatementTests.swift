import Attestation
import Encodings
import Storage
import Testing

@Suite("statements")
struct StatementTests {
    private let digest = Digest(hashing: [1])

    private func statement(_ text: String) throws(MalformedInput) -> Statement {
        try Statement(
            in: Envelope(payloadType: Statement.payloadType, payload: [UInt8](text.utf8)),
            predicateType: "t")
    }

    @Test("a statement is read back as it was written")
    func roundTrip() throws {
        let subject = StatementSubject(
            name: "ü", digest: digest, annotations: [JSONMember(key: "u:a", value: [1])])
        let statement = Statement(subject: subject, predicateType: "t", predicate: ["a": .null])
        #expect(try Statement(in: statement.envelope, predicateType: "t") == statement)
    }

    @Test("unknown fields and other digests are passed over")
    func extensions() throws {
        let read = try statement(
            #"{"_type":"https://in-toto.io/Statement/v1","more":1,"predicateType":"t","predicate":{},"#
                + #""subject":[{"name":"x","uri":"u","digest":{"sha256":"\#(digest)","sha1":"a"}}]}"#
        )
        #expect(read.subject == StatementSubject(name: "x", digest: digest))
    }

    @Test(
        "what breaks a rule is refused",
        arguments: [
            ("Statement/v1", "Statement/v0.1", "statement: field '_type': expected "),
            ("\"t\"", "\"T\"", "statement: field 'predicateType': expected \"t\", found \"T\""),
            (",\"predicate\":{}", "", "statement: missing field 'predicate'"),
            ("\"name\":\"x\",", "", "subject: missing field 'name'"),
            ("\"x\"", "\"\"", "subject: field 'name': expected a string of 1 to 4096 bytes"),
            ("sha256", "sha512", "field 'digest': missing field 'sha256'"),
            ("[{", "[{},{", "statement: expected one subject, found 2"),
            ("[{", "[[],{", "statement: expected one subject, found 2"),
            ("{\"_type", "{\"_type\":1,\"_type", "statement: at byte 0: expected distinct keys"),
        ])
    func refusals(old: String, new: String, reason: String) {
        let text =
            #"{"_type":"https://in-toto.io/Statement/v1","predicateType":"t","predicate":{},"#
            + #""subject":[{"name":"x","digest":{"sha256":"\#(digest)"}}]}"#
        let found = refusal {
            _ = try statement(text.replacing(old, with: new))
        }
        #expect(found?.hasPrefix(reason) == true, "\(found ?? "accepted")")
    }
}

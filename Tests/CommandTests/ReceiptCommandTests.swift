import Testing

/// Verdicts travel as in-toto statements and come out as they went in.
@Suite("receipts")
struct ReceiptCommandTests {
    @Test("a verdict comes out of its receipt byte for byte")
    func roundTrip() throws {
        try SmallRun.play(
            """
              $ nous-verify receipt --key verifier.json verdicts > receipts
              $ nous-verify check-receipt receipts | cmp - verdicts
              $ nous-verify receipt --key verifier.json < verdicts | cmp - receipts
              $ nous-verify check-receipt < receipts > again; MERGE --verdicts again *.contribution | cmp - next
              $ wc -l < receipts
              2
            """)
    }

    @Test("a receipt says what it is about in the words of in-toto")
    func statement() throws {
        try SmallRun.play(
            """
              $ nous-verify receipt --key verifier.json verdicts | head -1 > receipt
              $ jq -r '.payloadType, .signatures[0].keyid' receipt
              application/vnd.in-toto+json
              ...
              $ jq -r .payload receipt | base64 -d > statement
              $ jq -r '._type, .predicateType, .predicate.verdict' statement
              https://in-toto.io/Statement/v1
              https://nous-tools/audit-receipt/v1
              accepted
              $ jq -r .subject[0].digest.sha256 statement > digest
              $ tar --zstd -xOf anna.contribution MANIFEST | sed '/^$/,$d' | sha256sum | grep -c "$(cat digest)"
              1
            """)
    }

    @Test("verdicts of another verifier, and what is no verdict, make no receipt")
    func refusals() throws {
        try SmallRun.play(
            """
              $ nous-verify receipt --key anna.json verdicts
              nous-verify: error: verdicts: line 1: verdict: field 'verifier': expected ..., found ...
              [65]
              $ nous-verify receipt --key verifier.json /dev/null
              nous-verify: error: /dev/null: expected records, found none
              [65]
              $ sed '2s/accepted/malformed/' verdicts | nous-verify receipt --key verifier.json
              nous-verify: error: standard input: line 2: verdict: field 'signature': expected a valid signature by ..., found an invalid one
              [65]
              $ nous-verify receipt --key - - < verdicts
              nous-verify: error: standard input can be one operand only
              Usage: nous-verify receipt --key <file> [<verdicts>]
                See 'nous-verify receipt --help' for more information.
              [64]
            """)
    }

    @Test("a receipt that was changed is refused")
    func tampering() throws {
        try SmallRun.play(
            """
              $ nous-verify receipt --key verifier.json verdicts > receipts
              $ sed '2s/in-toto+json/in-toto+JSON/' receipts | nous-verify check-receipt
              nous-verify: error: standard input: line 2: envelope: expected a valid signature by ..., found an invalid one
              [65]
              $ sed 's/"payload":"e/"payload":"f/' receipts | nous-verify check-receipt
              nous-verify: error: standard input: line 1: envelope: expected a valid signature by ..., found an invalid one
              [65]
              $ nous-verify check-receipt verdicts
              nous-verify: error: verdicts: line 1: envelope: missing field 'payloadType'
              [65]
              $ nous-verify check-receipt nowhere
              nous-verify: error: cannot open 'nowhere': No such file or directory
              [66]
            """)
    }
}

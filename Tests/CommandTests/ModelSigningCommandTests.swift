import Testing

/// A released model is the one that was signed, or what differs is named.
@Suite("model signing")
struct ModelSigningCommandTests {
    private static let check =
        "nous-verify check-model model --signature model.sig --signer $(cat signer)"

    /// The checkpoint `next`, signed by the operator and unpacked to `model`.
    private static let signed = """
          $ nous-ledger keygen --public operator.json > signer
          $ nous-verify sign-model next --key operator.json --ancestor base -o model.sig
          $ mkdir model; tar --zstd -xf next -C model

        """

    private func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try SmallRun.play(
            (Self.signed + text).replacing("CHECK", with: Self.check),
            sourceLocation: sourceLocation)
    }

    @Test("a model leads back to every contribution")
    func lineage() throws {
        try play(
            """
              $ CHECK > line; jq -c '[.round, (.contributions | length)]' line
              [1,2]
              [0,0]
              $ jq -r '.contributions[]' line | sort | cmp - <(jq -r .contribution verdicts | sort)
              $ jq -r .run line | uniq | cmp - <(sha256sum run.yaml | cut -c-64)
              $ tail -n +2 line | jq -r .checkpoint | cmp - <(head -1 line | jq -r .parent)
              $ nous-verify check-model next --signature model.sig --signer $(cat signer) | cmp - line
            """)
    }

    @Test("the bundle and the directory it unpacks to have one signature")
    func forms() throws {
        try play(
            """
              $ nous-verify sign-model model --key operator.json --ancestor base | jq -r .dsseEnvelope.payload | base64 -d | jq -c .predicate > first
              $ jq -r .dsseEnvelope.payload model.sig | base64 -d | jq -c .predicate | cmp - first
              $ nous-verify sign-model - --key operator.json --ancestor base < next | jq -r .dsseEnvelope.payload | base64 -d | jq -c .predicate | cmp - first
              $ jq -r '.resources[] | "\\(.digest)  \\(.name)"' first > sums; cd model; sha256sum -c ../sums | wc -l
              6
            """)
    }

    @Test("signing again changes nothing, whatever the kind of key")
    func again() throws {
        try play(
            """
              $ touch -d 2020-01-01 model.sig; nous-verify sign-model next --key operator.json --ancestor base -o model.sig; date -r model.sig +%Y
              2020
              $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem; openssl pkey -in key.pem -pubout -out pub.pem
              $ nous-verify sign-model model --key key.pem -o curve.sig; cp curve.sig first
              $ nous-verify sign-model model --key key.pem -o curve.sig; cmp curve.sig first
              $ nous-verify check-model model --signature curve.sig --signer pub.pem | jq .round
              1
              $ nous-verify sign-model model --key key.pem --ignore config.json -o curve.sig; cmp -s curve.sig first
              [1]
            """)
    }

    @Test("every way to tamper with a model is named")
    func tampering() throws {
        try play(
            """
              $ printf x | dd of=model/config.json conv=notrunc status=none; CHECK
              config.json: holds other bytes than were signed
              [1]
              $ tar --zstd -xf next -C model config.json; touch model/pickle.bin; CHECK
              pickle.bin: is there and was not signed
              [1]
              $ mkdir model/code; mv model/pickle.bin model/code/x.py; CHECK
              code/x.py: is there and was not signed
              [1]
              $ rm -r model/code; mv model/tokenizer.json model/tokenizer.jsom; CHECK
              tokenizer.jsom: is there and was not signed
              tokenizer.json: was signed and is not there
              [1]
              $ ln -s tokenizer.jsom model/tokenizer.json; CHECK
              tokenizer.jsom: is there and was not signed
              tokenizer.json: is neither file nor directory
              tokenizer.json: was signed and is not there
              [1]
              $ rm model/tokenizer.json; mv model/tokenizer.jsom model/tokenizer.json; CHECK | wc -l
              2
            """)
    }

    @Test("a signature by another key, or changed, is no answer")
    func signers() throws {
        try play(
            """
              $ nous-verify check-model model --signature model.sig --signer $(nous-ledger keygen --public anna.json)
              nous-verify: error: model.sig: not signed by ...
              [1]
              $ sed -i 's/"payload":"e/"payload":"f/' model.sig; CHECK
              nous-verify: error: model.sig: not signed by ...
              [1]
              $ truncate -s 100 model.sig; CHECK
              nous-verify: error: model.sig: at byte 100: expected ..., found the end of the input
              [65]
              $ CHECK --signature nowhere
              nous-verify: error: cannot open 'nowhere': No such file or directory
              [66]
              $ CHECK --signer nobody
              nous-verify: error: cannot open 'nobody': No such file or directory
              [66]
              $ CHECK --signer verifier.json
              nous-verify: error: verifier.json: expected a public key on P-256, P-384 or P-521 in PEM, found something else
              [65]
            """)
    }

    @Test("a signature inside the model, and what is ignored, are not part of it")
    func inside() throws {
        try play(
            """
              $ mkdir model/.git model/logs; touch model/.git/config model/logs/1
              $ nous-verify sign-model model --key operator.json --ignore logs -o model/own.sig
              $ cp model/own.sig elsewhere.sig
              $ CHECK --signature model/own.sig | jq .round
              1
              $ CHECK --signature elsewhere.sig | jq .round
              1
              $ mv model/own.sig model/other.sig; CHECK --signature model/other.sig | jq .round
              1
              $ CHECK --signature elsewhere.sig
              other.sig: is there and was not signed
              [1]
              $ nous-verify sign-model model --key operator.json --ignore ../logs
              nous-verify: error: --ignore: expected a relative path, found '../logs'
              Usage: nous-verify sign-model --key <file> [--output <file>] [--ancestor <checkpoint> ...] [--ignore <path> ...] <model>
                See 'nous-verify sign-model --help' for more information.
              [64]
            """)
    }

    @Test("a checkpoint may be released without a part")
    func parts() throws {
        try play(
            """
              $ nous-verify sign-model next --key operator.json --ignore generation_config.json -o model.sig
              $ rm model/generation_config.json; CHECK | jq .round
              1
              $ nous-verify check-model next --signature model.sig --signer $(cat signer) | jq .round
              1
            """)
    }

    @Test("a model in another form is signed with the checkpoints it comes from")
    func exported() throws {
        try play(
            """
              $ nous-train export next --to other --dtype bfloat16
              $ nous-verify sign-model other --key operator.json --ancestor base --ancestor next -o other.sig
              $ nous-verify check-model other --signature other.sig --signer $(cat signer) | jq .round
              1
              0
              $ nous-verify sign-model other --key operator.json | nous-verify check-model other --signature - --signer $(cat signer)
            """)
    }

    @Test("what cannot be signed leaves no file")
    func refusals() throws {
        try play(
            """
              $ rm model.sig; mkdir empty; nous-verify sign-model empty --key operator.json -o model.sig
              nous-verify: error: empty: expected files, found none
              [65]
              $ nous-verify sign-model next --key operator.json --ancestor next -o model.sig
              nous-verify: error: next: expected each checkpoint to be merged from the next of the same run, found ... before ...
              [65]
              $ nous-verify sign-model base --key operator.json --ancestor next -o model.sig
              nous-verify: error: base: expected --ancestor checkpoints before this one, found others
              [65]
              $ printf x >> model/tokenizer.json; nous-verify sign-model model --key operator.json -o model.sig
              nous-verify: error: model: tokenizer.json: expected the digest ..., found ...
              [65]
              $ ln -s /etc/passwd model/link; nous-verify sign-model model --key operator.json -o model.sig
              nous-verify: error: model: ...
              [65]
              $ nous-verify sign-model anna.contribution --key operator.json -o model.sig
              nous-verify: error: anna.contribution: MANIFEST: expected a checkpoint, found a contribution
              [65]
              $ nous-verify sign-model nowhere --key operator.json -o model.sig
              nous-verify: error: cannot open 'nowhere': No such file or directory
              [66]
              $ nous-verify sign-model next --key operator.json -o nowhere/model.sig
              nous-verify: error: cannot create 'nowhere/model.sig': No such file or directory
              [73]
              $ ls model.sig
              ls: cannot access 'model.sig': No such file or directory
              [2]
            """)
    }
}

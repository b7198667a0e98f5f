import Testing

/// Two accounts of one contribution, compared.
@Suite("A dispute by commands")
struct DisputeCommandTests {
    /// Anna's contribution, written out by whoever owns the key.
    private static func trace(_ key: String) -> String {
        "nous-verify trace --run run.yaml --base base --data data --roster roster.json "
            + "--key \(key).json -q anna.contribution"
    }

    @Test("finds nothing where the worker is honest, in steps and in the compression")
    func honest() throws {
        try SmallRun.play(
            """
              $ \(Self.trace("anna")) > hers; \(Self.trace("verifier")) -o mine
              $ nous-verify bisect hers mine
              {"agree":true,"steps":8}
              $ for s in 3 8; do \(Self.trace("anna")) --step $s -o anna-$s; done
              $ for s in 3 8; do \(Self.trace("verifier")) --step $s -o verifier-$s; done
              $ nous-verify bisect anna-3 verifier-3 | sed 's/[0-9]\\+/N/'
              {"agree":true,"operators":N}
              $ nous-verify bisect verifier-8 anna-8 | jq .agree
              true
            """)
    }

    @Test("refuses what are no two accounts of one step")
    func others() throws {
        try SmallRun.play(
            """
              $ for step in 3 4; do \(Self.trace("anna")) --step $step -o $step; done
              $ \(Self.trace("verifier")) --step 3 -o mine
              $ nous-verify bisect 4 mine
              nous-verify: error: expected two traces of one step from one state
              [65]
              $ nous-verify bisect 3 3
              nous-verify: error: expected traces of two signers, found two of ...
              [65]
              $ printf '\\001' | dd of=3/values bs=1 seek=9000 conv=notrunc status=none
              $ nous-verify bisect 3 mine
              nous-verify: error: 3: operator ...: field 'root': expected ..., found ...
              [65]
              $ \(Self.trace("anna")) --step 9 -o 9
              nous-verify: error: --step: expected at most 8, found 9
              [64]
              $ echo '{}' | nous-verify fraud -
              nous-verify: error: standard input: fraud proof: missing field 'type'
              [65]
            """)
    }

    @Test("names the step in which signed roots part")
    func roots() throws {
        try SmallRun.play(
            """
              $ \(Self.trace("anna")) > hers; \(Self.trace("verifier")) > mine
              $ jq -c '.roots[5] = .roots[4]' hers > altered
              $ nous-verify bisect altered mine
              nous-verify: error: altered: field 'signature': expected a valid signature by ..., found an invalid one
              [65]
            """)
    }
}

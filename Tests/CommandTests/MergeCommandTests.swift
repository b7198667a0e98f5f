import Foundation
import Testing

/// Which contributions are merged depends on verdicts alone.
@Suite("nous-merge")
struct MergeCommandTests {
    /// Two more verifiers, of which `second` accepts all, and `other` nothing, by a false roster.
    private static let verifiers = """
          $ for name in second other; do nous-ledger keygen -q --seed-from $name -o $name.json > $name; done
          $ sed 's/"throughput":[0-9]*/"throughput":7/' roster.json > false-roster
          $ \(SmallRun.verify.replacing("verifier.json", with: "second.json")) *.contribution >> verdicts
          $ \(falsely("other.json")) *.contribution >> verdicts
          [1]

        """

    private static func falsely(_ key: String) -> String {
        SmallRun.verify.replacing("verifier.json", with: key)
            .replacing("roster.json", with: "false-roster")
    }

    @Test("needs more than half of the verifiers, or --quorum of them")
    func quorum() throws {
        let trust = "--verifier $(cat second) --verifier $(cat other)"
        try SmallRun.play(
            Self.verifiers + """
                  $ MERGE \(trust) *.contribution | cmp - next
                  $ MERGE \(trust) --quorum 2 *.contribution | cmp - next
                  $ MERGE \(trust) --quorum 3 *.contribution -o new
                  nous-merge: warning: leaving out 'anna.contribution': it is not accepted
                  nous-merge: warning: leaving out 'boris.contribution': it is not accepted
                  $ MERGE --verifier $(cat other) -q *.contribution | cmp - new
                  $ MERGE --verifier $(cat other) --quorum 1 *.contribution | cmp - next
                  $ MERGE --quorum 2 *.contribution -o new
                  nous-merge: error: --quorum: expected 1 to 1, found 2
                  [64]
                """)
    }

    @Test("refuses a verifier that contradicts itself, unless nobody trusts it")
    func contradiction() throws {
        try SmallRun.play(
            Self.verifiers + """
                  $ \(Self.falsely("second.json")) *.contribution >> verdicts
                  [1]
                  $ MERGE *.contribution | cmp - next
                  $ MERGE --verifier $(cat second) *.contribution -o new
                  nous-merge: error: verdicts: verifier ... contradicts itself about contribution ...: accepted and wrong-data
                  [65]
                  $ cat verdicts verdicts | MERGE --verdicts - *.contribution | cmp - next
                """)
    }

    @Test("refuses to leave out an accepted contribution")
    func missing() throws {
        try SmallRun.play(
            """
              $ MERGE boris.contribution -o new
              nous-merge: error: accepted contribution ... is not among those given
              hint: give every accepted contribution, or nobody else gets the same bytes
              [66]
              $ jq -r 'select(.worker == "'$(nous-ledger keygen --public anna.json)'") | .contribution' verdicts > anna
              $ MERGE boris.contribution -o new 2>&1 | grep -c " $(cat anna) "
              1
              $ ls new
              ls: cannot access 'new': No such file or directory
              [2]
            """)
    }

    @Test("passes over verdicts about another round")
    func otherRound() throws {
        let inputs = "--run run.yaml --base next --data data"
        try SmallRun.play(
            """
              $ nous-train run \(inputs) --assignments assignments-2 --key anna.json -o later
              $ nous-verify \(inputs) --roster roster-2 --key verifier.json later >> verdicts
              $ MERGE *.contribution | cmp - next
            """)
    }

    @Test("refuses verdicts that are all about another round")
    func onlyOtherRounds() throws {
        let inputs = "--run run.yaml --base next --data data"
        try SmallRun.play(
            """
              $ nous-train run \(inputs) --assignments assignments-2 --key anna.json -o later
              $ nous-verify \(inputs) --roster roster-2 --key verifier.json later > verdicts
              $ MERGE later -o new
              nous-merge: error: verdicts: expected verdicts of the --verifier keys about round 1 of this run and base, found none
              [65]
              $ ls new
              ls: cannot access 'new': No such file or directory
              [2]
            """)
    }

    @Test("says what became of every contribution")
    func report() throws {
        try SmallRun.play(
            """
              $ MERGE *.contribution -o new --report report && cmp new next
              $ jq -r '[.type, .treatment, .tokens > 0, .norm > 0, .cosine > 0] | @tsv' report
              merged\tkept\ttrue\ttrue\ttrue
              merged\tkept\ttrue\ttrue\ttrue
              $ jq -s 'map(.weight) | add' report
              1
              $ jq -r .contribution report | sort -c
              $ MERGE *.contribution -o new --report - | cmp - report
              $ MERGE *.contribution --report - 2>&1 | head -1
              nous-merge: error: --report - needs -o FILE
            """)
    }

    @Test("gives the same bytes on any threads, in any order, from files, pipes and directories")
    func sameBytes() throws {
        try SmallRun.play(
            """
              $ MERGE --threads 1 anna.contribution boris.contribution | cmp - next
              $ MERGE --threads 2 boris.contribution anna.contribution | cmp - next
              $ MERGE --memory 1kB boris.contribution - < anna.contribution | cmp - next
              $ mkdir boris; tar --zstd -xf boris.contribution -C boris
              $ mkfifo pipe; cat anna.contribution > pipe & MERGE boris pipe | cmp - next
            """)
    }

    @Test("names the rules and where they break in its help")
    func help() throws {
        try SmallRun.play(
            """
              $ nous-merge round --help | grep -c ' v1 '
              11
              $ nous-merge round --help | tr -s ' ' | grep 'trimmed-mean\\|multi-krum'
               trimmed-mean v1 [drop] drop/n
               multi-krum v1 [attackers, keep] attackers/n, below (n-2)/2
            """)
    }

    private static func killed(at call: String, _ number: Int) -> String {
        let strace = "strace -f -o /dev/null -e inject=\(call):signal=KILL:when=\(number)"
        return "{ \(strace) \(SmallRun.merge) *.contribution -o next; } 2> /dev/null"
    }

    @Test("killed while it merges, it leaves nothing but a temporary file")
    func killed() throws {
        try SmallRun.play(
            """
              $ mv next whole; ls -A > before
              $ \(Self.killed(at: "openat", 12)); ls -A | grep -v '[.]tmp$' | cmp - before
              $ \(Self.killed(at: "write", 1)); ls -A | grep -v '[.]tmp$' | cmp - before
              $ \(Self.killed(at: "fsync", 1)); ls -A | grep -v '[.]tmp$' | cmp - before
              $ MERGE *.contribution -o next && cmp next whole
            """)
    }
}

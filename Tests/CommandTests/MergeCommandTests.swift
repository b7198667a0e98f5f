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
}

import Foundation
import Testing

/// What contributions are worth, and merging by it.
@Suite("nous-verify score")
struct ScoreCommandTests {
    static let seed = String(repeating: "a", count: 64)
    static let score =
        "nous-verify score --run run.yaml --base base --data data --roster roster.json "
        + "--key verifier.json"

    private static func play(
        _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let second =
            score.replacing("--base base", with: "--base next")
            .replacing("roster.json", with: "roster-2") + " -q"
        try SmallRun.play(
            text.replacing("SCORE", with: score).replacing("SECOND", with: second)
                .replacing("OTHER", with: second.replacing("verifier.json", with: "second.json"))
                .replacing("SEED", with: "--seed \(seed)"), sourceLocation: sourceLocation)
    }

    @Test("prints one signed record a contribution, the same in any order and on any threads")
    func records() throws {
        try Self.play(
            """
              $ SCORE -q SEED anna.contribution boris.contribution > scores; wc -l < scores
              2
              $ jq -r .contribution scores | sort -c
              $ jq -c '[.type, .round, (.gains | keys), .standing, .nearest, .objections]' scores | uniq
              ["score",1,["assigned","private","random"],null,null,[]]
              $ jq -c '[.gains.assigned.gain.low > 0, .gains.private.gain.mean > 0, .rating.deviation < 8333333]' scores | uniq
              [true,true,true]
              $ SCORE -q SEED --threads 3 --micro-batch 3 boris.contribution - < anna.contribution | cmp - scores
              $ SCORE -q --seed $(printf 'b%.0s' $(seq 64)) *.contribution | cmp -s - scores
              [1]
              $ SCORE SEED *.contribution 2>&1 > again | head -1 | cut -c-25; cmp again scores
              worker    gain/mnat priva
            """)
    }

    @Test("takes its seed from the next roster or a checkpoint of the ledger")
    func seeds() throws {
        try Self.play(
            """
              $ jq -r .seed roster-2 > seed; SCORE -q --seed $(cat seed) *.contribution > scores
              $ SCORE -q --next-roster roster-2 *.contribution | cmp - scores
              $ SCORE -q --checkpoint L/checkpoint *.contribution | jq -r .seed | uniq | grep -vc $(cat seed)
              1
              $ SCORE *.contribution 2>&1 | head -1
              nous-verify: error: give one of --next-roster, --checkpoint and --seed
              $ SCORE --next-roster roster.json *.contribution
              nous-verify: error: roster.json: ...
              [65]
            """)
    }

    @Test("goes on with earlier ratings, and only with its own")
    func ratings() throws {
        try Self.play(
            """
              $ SCORE -q SEED *.contribution > scores
              $ for n in anna boris; do nous-train run -q --run run.yaml --base next --data data --assignments assignments-2 --key $n.json --state states -o $n-2; done
              $ SECOND SEED --ratings scores anna-2 boris-2 > scores-2
              $ SECOND SEED anna-2 boris-2 > fresh
              $ cmp -s fresh scores-2
              [1]
              $ jq -s 'map(.rating.deviation) | .[0] < .[2]' scores-2 fresh
              true
              $ nous-ledger keygen -q --seed-from second -o second.json > second
              $ OTHER SEED anna-2 boris-2 | jq .rating > one
              $ OTHER SEED --ratings scores anna-2 boris-2 | jq .rating | cmp - one
            """)
    }

    @Test("measures on text of the verifier's own")
    func privateData() throws {
        try Self.play(
            """
              $ mkdir own; for i in $(seq 20); do seq -s ' ' $((5 * i)) -1 $i > own/$i; done
              $ nous-shard pack -q -t tokenizer.json --sequence-length 16 --held-out 0% -o mine own
              $ SCORE -q SEED *.contribution > scores
              $ SCORE -q SEED --private-data mine *.contribution > own-scores
              $ jq .gains.random scores > one; jq .gains.random own-scores | cmp - one
              $ jq .gains.private scores > one; jq .gains.private own-scores | cmp -s - one
              [1]
              $ nous-shard pack -q -t tokenizer.json --sequence-length 8 --held-out 0% -o short own
              $ SCORE SEED --private-data short *.contribution
              nous-verify: error: short: field 'sequence length': expected 16, found 8
              [65]
            """)
    }

    @Test("passes over what is no sound contribution of the round, and says so")
    func refusals() throws {
        try Self.play(
            """
              $ SCORE -q SEED anna.contribution > one
              $ printf x >> boris.contribution; SCORE -q SEED *.contribution nobody > scores
              nous-verify: error: boris.contribution: ...
              nous-verify: error: cannot open 'nobody': No such file or directory
              [65]
              $ cmp one scores
              $ tar --zstd -xf anna.contribution --one-top-level=d; sed -i '/^$/,$d' d/MANIFEST; SCORE SEED d
              nous-verify: error: d: bad-signature: no valid signature of the worker
              [65]
              $ jq -c '.workers |= map(select(.worker != "'$(nous-ledger keygen --public anna.json)'"))' roster.json > few
              $ SCORE SEED --roster few anna.contribution
              nous-verify: error: anna.contribution: cannot-verify: the roster does not list the worker
              [65]
              $ SCORE SEED --sequences 1 anna.contribution 2>&1 | head -1
              nous-verify: error: --sequences must be from 2 to 65536
              $ SCORE SEED --ratings verdicts anna.contribution
              nous-verify: error: verdicts: line 1: score: field 'type': expected "score", found "verdict"
              [65]
            """)
    }

    @Test("is of no use to a run that does not merge by it")
    func useless() throws {
        try Self.play(
            """
              $ SCORE -q SEED *.contribution > scores; MERGE --scores scores *.contribution -o new
              nous-merge: warning: --scores: the run has no verification.scores, so they leave nothing out
              $ cmp new next
            """)
    }

    @Test("leaves out of the merge what the run's verifiers object to")
    func merging() throws {
        try Self.play(
            """
              $ echo 'verification: {replay: all, scores: {of: all, least_gain_micronats: 1000000000}}' >> run.yaml
              $ \(SmallRun.anew.replacing("\n", with: "; "))
              $ rm *.contribution; for n in anna boris; do nous-train run \(SmallRun.inputs) --key $n.json --state states -o $n.contribution; done
              $ VERIFY *.contribution > verdicts; SCORE -q SEED *.contribution > scores
              $ jq -c .objections scores | uniq
              ["harm"]
              $ MERGE *.contribution -o new
              nous-merge: error: --scores: the run leaves out by scores, and none are given
              hint: nous-verify score prints them
              [64]
              $ MERGE --scores scores *.contribution -o new
              nous-merge: warning: leaving out 'anna.contribution': its scores say harm
              nous-merge: warning: leaving out 'boris.contribution': its scores say harm
              $ mkdir a b; tar --zstd -xf base -C a; tar --zstd -xf new -C b; cmp a/model.safetensors b/model.safetensors
              $ head -1 scores > few; MERGE -q --scores few *.contribution -o new
              nous-merge: error: ...: expected scores of contribution ... by more of the 1 --verifier keys, found 0, which do not decide
              [65]
              $ MERGE --scores verdicts *.contribution -o new
              nous-merge: error: verdicts: line 1: score: field 'type': expected "score", found "verdict"
              [65]
              $ sed -i 's/"objections":."harm".,/"objections":[],/' scores; MERGE --scores scores *.contribution -o new
              nous-merge: error: scores: line 1: ...
              [65]
            """)
    }
}

import Foundation
import Testing

/// Segments are kept, drawn, shown and replayed.
@Suite("Audits of segments")
struct AuditCommandTests {
    static let replay =
        "nous-verify replay --run run.yaml --base base --data data --roster roster.json "
        + "--key verifier.json"

    private static func play(
        _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let second = replay.replacing("--base base", with: "--base next")
            .replacing("roster.json", with: "roster-2")
        try SmallRun.play(
            text.replacing("REPLAY", with: replay).replacing("SECOND", with: second),
            sourceLocation: sourceLocation)
    }

    @Test("replay what nous-train run --keep-states segments")
    func replay() throws {
        try Self.play(
            """
              $ TRAIN --keep-states segments -o again && cmp again anna.contribution
              $ (cd segments/$(nous-ledger keygen --public anna.json); find . -type f | sort)
              ./00000001/00000002.tar.zst
              ./00000001/00000003.tar.zst
              ./00000001/00000004.tar.zst
              $ for s in 1 2 3 4 1,2 2,4 4,3,2,1; do REPLAY --segments $s --opening segments anna.contribution; done | grep -c '"of":4,"outcome":"reproduced"'
              7
              $ REPLAY --segments 3,4 --opening segments/*/*/00000003.tar.zst anna.contribution
              {"type":"audit","run":"...","round":1,"base":"...","contribution":"...","worker":"...","segments":[3,4],"of":4,"outcome":"reproduced","reason":"replayed bit for bit","verifier":"...","signature":"..."}
              $ mkdir d; tar --zstd -xf segments/*/*/00000002.tar.zst -C d; head -1 d/MANIFEST
              nous-tools segment-state v1
              $ REPLAY --segments 1,2 anna.contribution boris.contribution | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[1,2],"of":4,"outcome":"reproduced","reason":"replayed bit for bit"
              "segments":[1,2],"of":2,"outcome":"reproduced","reason":"replayed bit for bit"
            """)
    }

    @Test("keep only the segments asked for, and again what is missing")
    func kept() throws {
        try Self.play(
            """
              $ TRAIN --keep-states segments --segments 4,1 -o again; ls segments/*/*
              00000004.tar.zst
              $ TRAIN --keep-states segments -o again; ls segments/*/* | wc -l
              3
              $ stat -c '%y %i' segments/*/*/* again > before; TRAIN --keep-states segments -o again
              $ stat -c '%y %i' segments/*/*/* again | cmp - before
              $ TRAIN --keep-states segments --segments 2,5 -o other
              nous-train: error: --segments: expected at most 4, found 5
              [64]
              $ TRAIN --keep-states segments --segments 2,2 -o other 2>&1 | head -1
              nous-train: error: The value '2,2' is invalid for '--segments <2,5>'
              $ TRAIN --segments 2 -o other 2>&1 | head -1
              nous-train: error: --segments needs --keep-states
            """)
    }

    @Test("say nothing about the worker without the right states")
    func withoutStates() throws {
        try Self.play(
            """
              $ TRAIN --keep-states segments -o again
              $ REPLAY --segments 3 anna.contribution | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[3],"of":4,"outcome":"cannot-verify","reason":"the state before segment 3 is not given"
              $ (cd segments/*/*; cp 00000002.tar.zst 00000003.tar.zst); REPLAY --segments 3 --opening segments anna.contribution | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[3],"of":4,"outcome":"cannot-verify","reason":"the state shown before segment 3 is another: expected root ...
              $ (cd segments/*/*; printf x >> 00000003.tar.zst); REPLAY --segments 3 --opening segments anna.contribution | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[3],"of":4,"outcome":"cannot-verify","reason":"the state before segment 3 cannot be read: segments/...
              $ REPLAY --segments 5 anna.contribution
              nous-verify: error: --segments: expected at most 4, found 5
              [64]
              $ REPLAY --segments 3 anna.contribution > /dev/null
              [69]
            """)
    }

    @Test("of a later round need the state that the worker went on from")
    func laterRound() throws {
        try Self.play(
            """
              $ TRAIN --base next --assignments assignments-2 --state states --keep-states segments -o second
              $ SECOND --states states --segments 1,3 --opening segments second | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[1,3],"of":4,"outcome":"reproduced","reason":"replayed bit for bit"
              $ SECOND --segments 3 --opening segments second | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[3],"of":4,"outcome":"cannot-verify","reason":"worker state ... is not given"
            """)
    }

    @Test("find a worker that skipped steps, and give verdicts where no replay is needed")
    func dishonest() throws {
        try Self.play(
            """
              $ dishonest-worker --run run.yaml --base base --data data --assignments assignments --key anna.json -o lie
              $ REPLAY --segments 1 lie | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[1],"of":4,"outcome":"not-reproduced","reason":"trace: expected 4 segments, found 2"
              $ REPLAY --segments 1 lie > /dev/null
              [1]
              $ REPLAY --segments 1 base | cut -d, -f 1-3
              {"type":"verdict","contribution":"...","verdict":"malformed"
            """)
    }

    @Test("are complete after any interruption")
    func interrupted() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        let command =
            "\(SmallRun.train) --state states --save-every 0 --keep-states segments -o out"
        for signal in ["KILL", "TERM", "KILL"] {
            _ = try transcript.execute(
                """
                \(command) & until ls states/*/snapshot.tar.zst; do kill -0 $! || break; done \
                  > /dev/null 2>&1
                sleep 0.\(Int.random(in: 0...3)); kill -\(signal) $!; wait $!
                """)
        }
        try transcript.play(
            """
              $ \(command) && cmp out whole
              $ \(SmallRun.train) --keep-states whole-segments -o again
              $ diff -r -x '.nous-*' segments whole-segments && ls segments/*/* | wc -l
              299
              $ \(Self.replay) --segments 7,250,300 --opening segments out | grep -o '"segments".*"reason":"[^"]*"'
              "segments":[7,250,300],"of":300,"outcome":"reproduced","reason":"replayed bit for bit"
            """)
    }

    @Test("cannot be kept of a round that was begun without")
    func begunWithout() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        _ = try transcript.execute(
            """
            \(InterruptionTests.command) & until ls states/*/snapshot.tar.zst; do kill -0 $! || break; done \
              > /dev/null 2>&1
            sleep 0.2; kill -TERM $!; wait $!
            """)
        try transcript.play(
            """
              $ \(SmallRun.train) --state states --keep-states segments -o out
              nous-train: error: cannot keep the state before segment 2: the round was saved at step ...
              hint: remove 'states/.../snapshot.tar.zst' to train the round again from its beginning
              [66]
            """)
    }
}

/// What is audited follows from the run file and a public seed.
@Suite("nous-verify plan")
struct PlanCommandTests {
    static let policy = """
          $ echo 'verification: {replay: sampled, share_ppm: 1000000, segments: 1, quorum: 1}' >> run.yaml
          $ \(SmallRun.anew.replacing("\n", with: "; "))
          $ TRAIN --keep-states segments -o anna.contribution 2> /dev/null; rm anna.contribution boris.contribution
          $ TRAIN --keep-states segments -o anna.contribution; \(SmallRun.train.replacing("anna", with: "boris")) --keep-states segments -o boris.contribution

        """
    static let seed = String(repeating: "ab", count: 32)

    @Test(
        "draws the same in whatever order contributions are given, and nous-verify replay takes it")
    func plan() throws {
        try SmallRun.play(
            Self.policy + """
                  $ nous-verify plan -q --run run.yaml --seed \(Self.seed) *.contribution > plan; wc -l < plan
                  3
                  $ nous-verify plan -q --run run.yaml --seed \(Self.seed) boris.contribution anna.contribution boris.contribution | cmp - plan
                  $ grep -c '"audit":"segments","segments":\\[.\\],"steps":' plan
                  2
                  $ nous-verify plan -q --run run.yaml --seed \(Self.seed.replacing("a", with: "c")) *.contribution | cmp -s - plan
                  [1]
                  $ \(AuditCommandTests.replay) --plan plan --opening segments *.contribution | grep -c '"outcome":"reproduced"'
                  2
                  $ sed 's/"segments":\\[.\\]/"segments":[9]/' plan | \(AuditCommandTests.replay) --plan - anna.contribution
                  nous-verify: error: standard input: line 1: audit-plan: expected what the seed draws, ...
                  [65]
                """)
    }

    @Test("prints the terms for people, and as the last record")
    func terms() throws {
        try SmallRun.play(
            Self.policy + """
                  $ nous-verify plan --run run.yaml --seed \(Self.seed) *.contribution > plan
                  contributions drawn        2 of 2
                  segments of each           1 of 4
                  steps replayed now         33.3334 %
                  steps replayed on average  25.0000 %
                  found with 1 false         25.0000 %
                  found with all false       100.0000 %
                  stake against idling       1 base units
                  stake against outsiders    0 base units
                  $ tail -1 plan | cut -d, -f 1-2,6-
                  {"type":"audit-terms","rule":"sampled-segments v1","contributions":2,"drawn":2,"share_ppm":1000000,"segments":1,"of":4,"found_one_ppm":250000,"found_all_ppm":1000000,"cost_ppm":250000,"replayed_ppm":333334,"reward":"667","slash_ppm":500000,"work_cost_ppm":1000000,"outside_gain":"0","stake_idle":"1","stake_outside":"0"}
                  $ nous-verify plan -q --run run.yaml --seed \(Self.seed) --outside-gain 1000 *.contribution | grep -o '"stake_outside":.*'
                  "stake_outside":"6667"}
                """)
    }

    @Test("takes the seed from a checkpoint or the next roster, and contributions from the ledger")
    func seeds() throws {
        try SmallRun.play(
            """
              $ APPEND *.contribution; nous-ledger log --json L > log
              $ nous-verify plan -q --run run.yaml --checkpoint L/checkpoint *.contribution > plan
              $ nous-verify plan -q --run run.yaml --checkpoint L/checkpoint log | cmp - plan
              $ cat log | nous-verify plan -q --run run.yaml --checkpoint L/checkpoint --round 1 - | cmp - plan
              $ (cat log; echo '{"type":"verdict","signature":"none"}'; echo; jq -c '.body | select(.type == "contribution") | .manifest = "" | .claim |= (fromjson | .round = 2 | tojson)' log) | nous-verify plan -q --run run.yaml --checkpoint L/checkpoint --round 1 - | cmp - plan

            The ledger reads of a claim the money alone: one that is wrong stops nobody else's audit.

              $ (jq -c '.body | select(.type == "contribution") | .manifest = ""' log | head -1; cat log) > wrong
              $ nous-verify plan --run run.yaml --checkpoint L/checkpoint --round 1 wrong 2>words | cmp - plan; grep warning words | cut -d: -f 1-4
              nous-verify: warning: wrong: line 1
              $ nous-verify plan -q --run run.yaml --checkpoint L/checkpoint --round 2 log
              nous-verify: error: expected contributions to a round, found none
              [66]
              $ grep -o '"seed":"[0-9a-f]*"' plan | sort -u | cut -c 9-72; head -3 L/checkpoint | sha256sum | cut -c -64
              ...
              ...
              $ [ $(grep -c "$(head -3 L/checkpoint | sha256sum | cut -c -64)" plan) = 3 ]
              $ nous-verify plan -q --run run.yaml --next-roster roster-2 *.contribution | head -1 | cut -d, -f 8
              "audit":"whole"
              $ nous-verify plan -q --run run.yaml --next-roster roster.json *.contribution
              nous-verify: error: roster.json: field 'round': expected 2, found 1
              [65]
            """)
    }

    @Test("and the run's quorum is what nous-merge asks for")
    func quorum() throws {
        try SmallRun.play(
            """
              $ echo 'verification: {replay: all, quorum: 2}' >> run.yaml
              $ \(SmallRun.anew.replacing("\n", with: "; "))
              $ TRAIN -o a; VERIFY a > verdicts; MERGE a -o new
              nous-merge: error: --verifier: expected at least 2 keys, as the run's verification.quorum, found 1
              [64]
              $ nous-ledger keygen -q --seed-from second -o second.json > second
              $ MERGE -q --verifier $(cat second) a -o new && nous-train eval --data data new > loss; nous-train eval --data data base | cmp - loss
              $ MERGE --quorum 1 a -o other; cmp -s new other
              [1]
              $ \(SmallRun.verify.replacing("verifier.json", with: "second.json")) a >> verdicts; MERGE --verifier $(cat second) a | cmp - other
            """)
    }
}

/// Who signs two things is found.
@Suite("nous-verify equivocation")
struct EquivocationCommandTests {
    @Test("prints a proof, which proves itself")
    func proofs() throws {
        try SmallRun.play(
            """
              $ nous-verify equivocation *.contribution verdicts anna.contribution verdicts
              $ dishonest-worker --run run.yaml --base base --data data --assignments assignments --key anna.json -o lie
              $ nous-verify equivocation lie *.contribution > proof
              [1]
              $ cut -d, -f 1-2 proof
              {"type":"equivocation","role":"worker"
              $ nous-verify equivocation proof | cmp - proof
              $ mkdir d && tar --zstd -xf lie -C d; nous-verify equivocation anna.contribution d | cmp - proof
              $ APPEND *.contribution verdicts; nous-ledger log --json L | nous-verify equivocation - lie | cmp - proof
              $ sed 's/"round":1/"round":2/' proof > false; nous-verify equivocation false
              nous-verify: error: false: line 1: equivocation: the statements do not prove it
              [65]
              $ sed 's/"throughput":[0-9]*/"throughput":7/' roster.json > false-roster
              $ \(SmallRun.verify.replacing("roster.json", with: "false-roster")) anna.contribution > other
              [1]
              $ cat verdicts | nous-verify equivocation - other | cut -d, -f 1-2
              {"type":"equivocation","role":"verifier"
            """)
    }
}

import Foundation
import Testing

/// The commands as filters, and artifacts as files, streams and directories.
@Suite("Pipelines")
struct PipelineTests {
    @Test("train, verify and append without a file in between")
    func wholeRound() throws {
        try SmallRun.play(
            """
              $ set -o pipefail; TRAIN | tee x.contribution | VERIFY - | APPEND x.contribution -
              $ cmp x.contribution anna.contribution
              $ nous-ledger log L | cut -f 2 | cut -d ' ' -f 1 | tail -2
              contribution
              verdict
              $ TRAIN | APPEND -; nous-ledger log L | wc -l
              6
              $ nous-ledger roster L --round 1 | nous-shard assign --run run.yaml --data data | cmp - assignments
              $ nous-train init --run run.yaml --tokenizer tokenizer.json | cmp - base
              $ nous-train init --run run.yaml --tokenizer tokenizer.json | nous-train eval --data data | cut -c-5
              loss 
            """)
    }

    @Test("merge the base, the verdicts or a contribution from standard input")
    func merge() throws {
        try SmallRun.play(
            """
              $ cat base | \(SmallRun.merge.replacing("--base base", with: "--base -")) *.contribution | cmp - next
              $ VERIFY *.contribution | \(SmallRun.merge.replacing("--verdicts verdicts", with: "--verdicts -")) *.contribution -o - | cmp - next
              $ cat anna.contribution | MERGE - boris.contribution | cmp - next
              $ cat run.yaml | \(SmallRun.merge.replacing("run.yaml", with: "-")) boris.contribution anna.contribution | cmp - next
            """)
    }

    @Test("train and verify with any one input from standard input")
    func standardInput() throws {
        let inputs = [("run", "run.yaml"), ("base", "base")]
        for (option, name) in inputs + [("assignments", "assignments"), ("key", "anna.json")] {
            let train = SmallRun.train.replacing("--\(option) \(name)", with: "--\(option) -")
            try SmallRun.play(
                """
                  $ cat \(name) | \(train) | cmp - anna.contribution
                """)
        }
        for (option, name) in inputs + [("roster", "roster.json"), ("key", "verifier.json")] {
            let verify = SmallRun.verify.replacing("--\(option) \(name)", with: "--\(option) -")
            try SmallRun.play(
                """
                  $ cat \(name) | \(verify) *.contribution | cmp - verdicts
                """)
        }
    }

    @Test("take unpacked artifacts, and plain tar files, wherever they take files")
    func directories() throws {
        try SmallRun.play(
            """
              $ unpack() { mkdir $1.d && tar --zstd -xf $1 -C $1.d; }; for f in base next *.contribution; do unpack $f; done
              $ \(SmallRun.train.replacing("--base base", with: "--base base.d")) | cmp - anna.contribution
              $ \(SmallRun.verify.replacing("--base base", with: "--base base.d")) *.contribution.d | cmp - verdicts
              $ \(SmallRun.merge.replacing("--base base", with: "--base base.d")) *.contribution.d | cmp - next
              $ nous-train eval --data data next > loss; nous-train eval --data data next.d | cmp - loss
              $ nous-train generate --prompt 1 next > words; nous-train generate --prompt 1 next.d | cmp - words
              $ APPEND anna.contribution.d; cp -r L l; APPEND anna.contribution; diff -r L l
              $ zstd -dc next > next.tar && nous-train eval --data data next.tar | cmp - loss
            """)
    }

    @Test("leave alone what is there already, and merge in any order to the same bytes")
    func again() throws {
        try SmallRun.play(
            """
              $ stat -c '%y %i' next base > before
              $ MERGE boris.contribution anna.contribution -o next
              $ nous-train init --run run.yaml --tokenizer tokenizer.json -o base
              $ stat -c '%y %i' next base | cmp - before
            """)
    }

    @Test("refuse to read standard input twice")
    func twice() throws {
        for command in [
            "\(SmallRun.verify.replacing("--base base", with: "--base -")) -",
            "\(SmallRun.verify) - -", "\(SmallRun.merge) - -", "\(SmallRun.append) - -",
            "\(SmallRun.train.replacing("--base base", with: "--base - --run -"))",
            "nous-train init --run - --tokenizer -",
            "nous-shard assign --run - --data data",
        ] {
            let transcript = try SmallRun.copy()
            defer { transcript.remove() }
            let result = try transcript.execute(command)
            #expect(result.status == 64, "\(command)")
            #expect(
                result.errors.first?.hasSuffix(": error: standard input can be one operand only")
                    == true, "\(command): \(result.errors)")
        }
    }
}

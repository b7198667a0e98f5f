import Artifacts
import Encodings
import Foundation
import Identity
import Testing

/// The classes of arithmetic, from the run file to the verdict.
@Suite("arithmetic classes")
struct ArithmeticCommandTests {
    /// Turns the small run into one of another class.
    private static func run(of name: String) -> String {
        """
        sed -i 's/class: exact/class: \(name)/' run.yaml
        \(SmallRun.anew)
        """
    }

    private static func copy(of name: String) throws -> CommandTranscript {
        let transcript = try SmallRun.copy()
        #expect(try transcript.run("set -e; \(run(of: name))") == "")
        return transcript
    }

    @Test("exact-bf16 gives the same bytes at any speed, and is verified bit for bit")
    func bfloat16() throws {
        let transcript = try Self.copy(of: "exact-bf16")
        defer { transcript.remove() }
        #expect(try transcript.run("\(SmallRun.train) -o whole") == "")
        for options in [
            "--threads 1", "--micro-batch 1 --threads 3", "--memory 1GiB -q",
            "--state s --save-every 0",
        ] {
            #expect(try transcript.run("\(SmallRun.train) \(options) -o again") == "")
            #expect(try transcript.run("cmp again whole; rm again") == "")
        }
        let verdicts = "\(SmallRun.verify) whole | jq -r .verdict"
        #expect(try transcript.run(verdicts) == "accepted")
    }

    @Test("blas is refused by an exact run, and cannot be verified in one of its own")
    func blas() throws {
        try SmallRun.play(
            """
              $ TRAIN --arithmetic blas -o inexact
              $ tar -xOf inexact --zstd contribution.json | jq -c .arithmetic
              {"class":"blas","version":1}
              $ VERIFY inexact | jq -r '.verdict + ": " + .reason'
              wrong-run: arithmetic: expected exact, found blas
              $ TRAIN --arithmetic blas --state states -o other
              nous-train: error: --arithmetic blas cannot be used with --state in a run that is exact
              hint: the state of such a round would make every later one unverifiable
              [64]
              $ TRAIN --arithmetic exact-bf16 -o other
              nous-train: error: --arithmetic: expected blas or the run's exact, found exact-bf16
              [64]
            """)
        let transcript = try Self.copy(of: "blas")
        defer { transcript.remove() }
        #expect(try transcript.run("\(SmallRun.train) -o inexact") == "")
        let result = try transcript.execute("\(SmallRun.verify) inexact > verdict")
        #expect(result.status == 69)
        #expect(try transcript.run("jq -r .verdict verdict") == "cannot-verify")
    }

    @Test("blas sealed in an exact run is neither paid nor slashed, and holds no round up")
    func blasSealed() throws {
        try SmallRun.play(
            """
              $ rm boris.contribution verdicts
              $ nous-train run \(SmallRun.inputs) --key boris.json --arithmetic blas -o boris.contribution
              $ VERIFY anna.contribution boris.contribution > verdicts
              [1]
              $ APPEND anna.contribution boris.contribution verdicts
              $ nous-ledger settle L --operator-key operator.json --round 1 --json > settled
              $ jq -c '[.credits, .rejected, .slashes, .undecided | length]' settled
              [1,1,0,0]
            """)
    }

    /// A round of a run that takes tolerant work, of which boris's is, judged in `verdicts`.
    private static func tolerantRound() throws -> CommandTranscript {
        let transcript = try SmallRun.copy()
        let settings = "tolerant: {weight: 0.5, cap: 0.25, pay_ppm: 500000}"
        let boris = SmallRun.train.replacing("anna", with: "boris")
        let printed = try transcript.run(
            """
            set -e; echo '\(settings)' >> run.yaml; \(SmallRun.anew); rm *.contribution next
            \(SmallRun.train) -o anna.contribution
            \(boris) --arithmetic tolerant -o boris.contribution
            \(SmallRun.verify) *.contribution > verdicts
            """)
        #expect(printed == "")
        return transcript
    }

    @Test("tolerant work is plausible where the run takes it, and merged as it says")
    func tolerant() throws {
        let transcript = try Self.tolerantRound()
        defer { transcript.remove() }
        #expect(try transcript.run("jq -r .verdict verdicts") == "accepted\nplausible")
        let merge = "\(SmallRun.merge) *.contribution -o next --report report"
        #expect(try transcript.run("\(merge); jq .weight report | sort") == "0.2\n0.8")
    }

    @Test("tolerant work is not merged as accepted, nor other work as plausible")
    func tolerantIsNeverAccepted() throws {
        let transcript = try Self.tolerantRound()
        defer { transcript.remove() }
        let file = transcript.directory.appending(path: "verdicts")
        let keyFile = transcript.directory.appending(path: "verifier.json")
        let pair = try JSONDecoder().decode([UInt8].self, from: Data(contentsOf: keyFile))
        let verifier = SigningKey(seed: Array(pair.prefix(32)))
        let swapped = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).flatMap {
            var verdict = try Verdict.verify(JSON(parsing: Array($0))).record
            verdict.outcome = verdict.outcome == .accepted ? .plausible : .accepted
            return verdict.line(signedWith: verifier)
        }
        try Data(swapped).write(to: file)
        let merge = "\(SmallRun.merge) anna.contribution boris.contribution -o next"
        #expect(
            try transcript.run(merge)
                == "nous-merge: error: anna.contribution: field 'verdict': "
                + "expected accepted, found plausible\n[65]")
    }
}

import Foundation
import Testing

/// Stopped or killed at any time, the same command again gives the same bytes.
@Suite("An interrupted nous-train run")
struct InterruptionTests {
    /// Training that takes about a second, and how long that is, in a directory of its own.
    private func slowRun() throws -> (CommandTranscript, seconds: Double) {
        let transcript = try SmallRun.copy()
        let made = try transcript.run(
            """
            set -e
            sed -i 's/batches: 12, batch: 4/batches: 900, batch: 2/' run.yaml
            run=$(sha256sum run.yaml | cut -c-64)
            sed -i "s/\\"run\\":\\"[0-9a-f]*\\"/\\"run\\":\\"$run\\"/" roster.json
            nous-shard assign --run run.yaml --data data --roster roster.json > assignments
            rm -r states base; nous-train init --run run.yaml --tokenizer tokenizer.json -o base
            """)
        try #require(made.isEmpty)
        let start = ContinuousClock.now
        let printed = try transcript.run("\(SmallRun.train) --state whole-states -o whole")
        try #require(printed.isEmpty)
        return (transcript, (ContinuousClock.now - start) / .seconds(1))
    }

    @Test("saves the round on SIGTERM, says so, and goes on", arguments: ["TERM", "INT", "USR1"])
    func stopped(signal: String) throws {
        let (transcript, seconds) = try slowRun()
        defer { transcript.remove() }
        let delay = Double.random(in: 0.2...0.8) * seconds
        let command = "\(SmallRun.train) --state states -o out"
        let result = try transcript.execute(
            "\(command) & sleep \(delay); kill -\(signal) $!; wait $!")
        #expect(result.status == 75)
        try #require(result.errors.count == 2)
        let words = "nous-train: error: stopped by SIG\(signal) after step "
        #expect(result.errors[0].hasPrefix(words))
        #expect(result.errors[0].hasSuffix("; the round is saved"))
        #expect(result.errors[1] == "hint: run the same command again to go on")
        try transcript.play(
            """
              $ ls out
              ls: cannot access 'out': No such file or directory
              [2]
              $ ls -A states/*
              snapshot.tar.zst
              $ \(command)
              $ cmp out whole && diff -r states whole-states
            """)
    }

    @Test("loses nothing to SIGKILL but the steps since it last saved")
    func killed() throws {
        let (transcript, seconds) = try slowRun()
        defer { transcript.remove() }
        let command = "\(SmallRun.train) --state states --save-every 0 -o out"
        for _ in 0..<3 {
            let delay = Double.random(in: 0.1...0.4) * seconds
            let result = try transcript.execute(
                "\(command) & sleep \(delay); kill -KILL $!; wait $!")
            #expect(result.status == 137)
        }
        #expect(try transcript.run("\(command); cmp out whole").isEmpty)
    }

    @Test("says that nothing is saved without --state")
    func nothingSaved() throws {
        let (transcript, seconds) = try slowRun()
        defer { transcript.remove() }
        let result = try transcript.execute(
            "\(SmallRun.train) -o out & sleep \(seconds / 2); kill -TERM $!; wait $!")
        #expect(result.status == 75)
        #expect(result.errors.first?.hasSuffix("; nothing was saved") == true)
        #expect(result.errors.last == "hint: give --state to save unfinished rounds")
    }

    @Test("starts over, with a warning, when what it saved is damaged")
    func damagedSnapshot() throws {
        try SmallRun.play(
            """
              $ rm states/*/*; for d in states/*; do echo damaged > $d/snapshot.tar.zst; done
              $ TRAIN --state states -o again
              nous-train: warning: starting the round over: states/.../snapshot.tar.zst: ...
              $ cmp again anna.contribution
              $ ls states/$(nous-ledger keygen --public anna.json)
              00000001.tar.zst
            """)
    }
}

import Foundation
import Testing

/// Stopped or killed at any time, the same command again gives the same bytes.
@Suite("An interrupted nous-train run")
struct InterruptionTests {
    static let command = "\(SmallRun.train) --state states --save-every 0 -o out"

    /// Runs the command in the background and sends it a signal some time after it first saved.
    private func interrupt(
        _ transcript: CommandTranscript, with signal: String
    ) throws -> CommandTranscript.Result {
        try transcript.execute(
            """
            \(Self.command) & until ls states/*/snapshot.tar.zst; do kill -0 $! || break; done \
              > /dev/null 2>&1
            sleep \(Double.random(in: 0...0.2)); kill -\(signal) $!; wait $! 2> /dev/null
            """)
    }

    @Test(
        "saves the round when told to stop, says so, and goes on",
        arguments: ["TERM", "INT", "USR1", "HUP"])
    func stopped(signal: String) throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        let result = try interrupt(transcript, with: signal)
        #expect(result.status == 75)
        try #require(result.errors.count == 2, "\(result)")
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
              $ \(SmallRun.train) --state states -o out
              $ cmp out whole && diff -r states whole-states
            """)
    }

    @Test("goes on after a hangup that nohup ignores")
    func ignoredHangup() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        let result = try transcript.execute(
            """
            trap '' HUP; \(Self.command) & until ls states/*/snapshot.tar.zst; do kill -0 $! || break; done \
              > /dev/null 2>&1
            kill -HUP $!; wait $! && cmp out whole
            """)
        #expect(result.status == 0, "\(result)")
    }

    @Test("of nous-verify by a signal is the main thread's, which holds it while it writes")
    func verifierThreads() throws {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        let result = try transcript.execute(
            """
            mkfifo pipe; \(SmallRun.verify) --threads 3 pipe & p=/proc/$!/task
            until [ $(ls $p | wc -l) -ge 3 ]; do sleep 0.01; done
            for t in $(ls $p | grep -vx $!); do
              echo $((0x$(awk '/^SigBlk/ { print $2 }' $p/$t/status) & 0x4000)); done
            kill $!; wait $!
            """)
        #expect(result.output == "16384\n16384\n")
        #expect(result.status == 143, "\(result)")
    }

    @Test(
        "loses nothing to SIGKILL but the steps since it last saved",
        arguments: ["exact", "exact-bf16"])
    func killed(arithmetic: String) throws {
        let transcript = try SmallRun.longCopy(arithmetic: arithmetic)
        defer { transcript.remove() }
        for _ in 0..<3 {
            #expect(try interrupt(transcript, with: "KILL").status == 137)
        }
        try transcript.play(
            """
              $ \(SmallRun.train) --state states -o out
              $ cmp out whole
            """)
    }

    @Test("says that nothing is saved without --state")
    func nothingSaved() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        // Once it waits for its base, signals are blocked and wait until before the first step.
        let result = try transcript.execute(
            """
            mkfifo pipe; \(SmallRun.train.replacing("--base base", with: "--base pipe")) &
            cat base > pipe; kill -TERM $!; wait $!
            """)
        #expect(result.status == 75)
        #expect(result.output.isEmpty)
        #expect(
            result.errors == [
                "nous-train: error: stopped by SIGTERM at step 0; nothing was saved",
                "hint: give --state to save unfinished rounds",
            ])
    }

    @Test(
        "leaves no half-written file, nor do nous-merge and nous-verify",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace"),
        arguments: ["write", "fsync"])
    func writing(call: String) throws {
        let strace = "strace -f -o /dev/null -e inject=\(call):signal=TERM:when=1"
        try SmallRun.play(
            """
              $ mv next whole; ls -A > before
              $ { \(strace) \(SmallRun.merge) *.contribution -o next; } 2> /dev/null; echo $?
              143
              $ ls -A | grep -vx next | cmp - before && cmp next whole
              $ mkdir -p kept-states/$(nous-ledger keygen --public anna.json)
              $ { \(strace) \(SmallRun.verify) --states kept-states anna.contribution; } 2> /dev/null; echo $?
              143
              $ ls -A kept-states/* && cmp kept-states/*/*.zst states/$(ls kept-states)/*.zst
              00000001.tar.zst
            """)
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

import Foundation
import Testing

/// What goes with training: metrics, evaluation, deadlines, resuming; none changes a byte.
@Suite("Running nous-train")
struct RunningTests {
    /// Trains until something is saved in `states`, and stops it then.
    static let interrupted = """
        \(SmallRun.train) --state states --save-every 0 -o out 2> /dev/null & \
          until ls states/*/snapshot.tar.zst > /dev/null 2>&1; do :; done; \
          kill $!; wait $!; [ $? = 75 ]
        """

    @Test("--metrics writes a start and a line for every step, with the losses of the contribution")
    func metrics() throws {
        try SmallRun.play(
            """
              $ TRAIN --metrics m --threads 1 -o again
              $ cmp again anna.contribution
              $ jq -c '[.type, .round, .step]' m
              ["start",1,0]
              ["step",1,1]
              ["step",1,2]
              ["step",1,3]
              ["step",1,4]
              ["step",1,5]
              ["step",1,6]
              ["step",1,7]
              ["step",1,8]
              $ jq -s '.[0] | .run == $run and .steps == 8 and .tokens_per_step == 64 and .threads == 1 and .peak_operations_per_second > 1e8' --arg run $(sha256sum run.yaml | cut -c-64) m
              true
              $ jq 'select(.type == "step") | .loss * 1e6 | round' m > losses
              $ tar --zstd -xOf again contribution.json | jq '.loss_micronats[]' | cmp - losses
              $ jq -sc '[.[1:4][].learning_rate]' m
              [0.005,0.005,0.01]
              $ jq -s '.[1:] | all(.gradient_norm > 0 and .tokens_per_second > 0 and .share_of_peak < 1 and .share_of_peak >= 0 and .peak_memory_bytes > 1e6)' m
              true
            """)
    }

    @Test("--metrics - takes standard output, which then cannot be the contribution")
    func metricsOnStandardOutput() throws {
        try SmallRun.play(
            """
              $ TRAIN --metrics - -o again | jq -r .type | uniq -c
                    1 start
                    8 step
              $ cmp again anna.contribution
              $ TRAIN --metrics - 2>&1 | head -1
              nous-train: error: standard output can be --metrics or the contribution, not both
            """)
    }

    @Test("metrics that cannot be written are warned of, and training goes on")
    func metricsOnFullDisk() throws {
        try SmallRun.play(
            """
              $ TRAIN --metrics /dev/full -o again
              nous-train: warning: there are no more metrics: cannot write '/dev/full': No space left on device
              $ cmp again anna.contribution
              $ mkfifo gone; rm again; { read _ < gone; TRAIN --metrics - -o again 2> warning; } | { exec <&-; echo > gone; }; cat warning
              nous-train: warning: there are no more metrics: cannot write 'standard output': Broken pipe
              $ cmp again anna.contribution
            """)
    }

    @Test("metrics go on over rounds, and leave files alone that are no such metrics")
    func metricsOverRounds() throws {
        let second =
            "nous-train run --run run.yaml --base next --data data --state states"
            + " --assignments assignments-2 --key anna.json --metrics m -o 2"
        try SmallRun.play(
            """
              $ TRAIN --metrics m -o again
              $ \(second)
              $ jq -c '[.round, .type]' m | uniq -c
                    1 [1,"start"]
                    8 [1,"step"]
                    1 [2,"start"]
                    8 [2,"step"]
              $ cp run.yaml before; TRAIN --metrics run.yaml -o new
              nous-train: error: cannot go on with 'run.yaml': line 1: ...
              hint: remove it, or name another file for metrics
              [73]
              $ cmp run.yaml before; ls new
              ls: cannot access 'new': No such file or directory
              [2]
              $ \(SmallRun.train.replacing("anna", with: "boris")) --metrics m -o new
              nous-train: error: cannot go on with 'm': line 1: field 'worker': expected ..., found ...
              hint: remove it, or name another file for metrics
              [73]
            """)
    }

    @Test("metrics of an interrupted round have every step once")
    func metricsResumed() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        let command = "\(SmallRun.train) --state states --save-every 0 --metrics m -o out"
        for signal in ["TERM", "KILL", "KILL"] {
            _ = try transcript.execute(
                """
                starts() { jq -R 'fromjson? | .type' m | grep -c start; }
                touch m; before=$(starts)
                \(command) & until [ $(starts) -gt $before ]; do kill -0 $! || break; done \
                  > /dev/null 2>&1
                sleep 0.1; kill -\(signal) $!; wait $! 2> /dev/null
                """)
        }
        try transcript.play(
            """
              $ [ $(jq -r .type m | grep -c start) -ge 2 ]
              $ printf '{"type":"step","round":1,"st' >> m
              $ \(command)
              $ cmp out whole
              $ jq 'select(.type == "step") | .step' m > steps; seq $(tail -1 steps) | cmp - steps
              $ tar --zstd -xOf whole contribution.json | jq '.loss_micronats[]' > losses
              $ jq 'select(.type == "step") | .loss * 1e6 | round' m | cmp - losses
            """)
    }

    @Test("--eval-every reports the loss of the weights so far on held-out text")
    func evaluation() throws {
        let loss = "held-out loss ... nats/token over ... tokens"
        try SmallRun.play(
            """
              $ TRAIN --eval-every 3 --metrics m -o again
              nous-train: step 3: \(loss)
              nous-train: step 6: \(loss)
              nous-train: step 8: \(loss)
              $ cmp again anna.contribution
              $ jq -c 'select(.type == "evaluation") | [.step, .loss > 0, .loss < 10, .sequences > 2]' m
              [3,true,true,true]
              [6,true,true,true]
              [8,true,true,true]
              $ rm again m; TRAIN -q --eval-every 8 --eval-data data --eval-sequences 2 --metrics m -o again
              $ jq -c 'select(.type == "evaluation") | [.step, .sequences, .tokens]' m
              [8,2,32]
              $ TRAIN --eval-sequences 2 -o new 2>&1 | head -1
              nous-train: error: --eval-data and --eval-sequences need --eval-every
              $ nous-shard tokenizer --vocabulary-size 270 -o other.json text
              $ nous-shard pack -t other.json --sequence-length 16 --held-out 10% -o other text > /dev/null; TRAIN --eval-every 1 --eval-data other -o new
              nous-train: error: other: field 'tokenizer': expected ..., found ...
              [65]
            """)
    }

    @Test("the evaluation at the end of a round is that of nous-train eval at its base")
    func evaluationAgrees() throws {
        // With a rate of 0 training leaves the weights as they are.
        try SmallRun.play(
            """
              $ sed -i 's/peak: 1.0e-2/peak: 0.0/' run.yaml; \(TrainingRefusalTests.rerun)
              $ TRAIN -q --eval-every 8 --metrics m -o new; nous-train eval --json --data data base | jq .loss_micronats > expected
              $ jq 'select(.type == "evaluation") | .loss * 1e6 | round' m | cmp - expected
            """)
    }

    @Test("--deadline stops in time, as often as it takes")
    func deadline() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        // 900 steps take longer than two seconds: what was trained is kept from call to call.
        let result = try transcript.execute(
            """
            for i in $(seq 200); do
              \(SmallRun.train) --state states --deadline 2s -o out 2> errors; status=$?
              [ $status = 75 ] || break; cat errors; done; echo $status
            """)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.last == "0", "\(result)")
        for line in lines.dropLast() {
            #expect(
                line.hasPrefix("nous-train: error: stopped before the deadline of 2s after step ")
                    || line == "hint: run the same command again to go on", "\(line)")
        }
        #expect(try transcript.run("cmp out whole && diff -r states whole-states") == "")
    }

    @Test("a deadline too short for a step is refused, and one without --state")
    func shortDeadline() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        // It waits for its base until the second is over.
        try transcript.play(
            """
              $ mkfifo pipe; { sleep 1.1; cat base; } > pipe & \(SmallRun.train.replacing("--base base", with: "--base pipe")) --state states --deadline 1s -o out
              nous-train: error: --deadline 1s is too short: starting took ...
              hint: give several times that
              [64]
              $ ls states out
              ls: cannot access 'out': No such file or directory
              states:
              [2]
              $ \(SmallRun.train) --deadline 1h -o out 2>&1 | head -1
              nous-train: error: --resume and --deadline need --state
              $ \(SmallRun.train) --state s --deadline 90 -o out 2>&1 | head -1
              nous-train: error: The value '90' is invalid for '--deadline <50m>'
            """)
    }

    @Test("--resume goes on with a saved round, and with nothing else")
    func resume() throws {
        let transcript = try SmallRun.longCopy()
        defer { transcript.remove() }
        try transcript.play(
            """
              $ \(SmallRun.train) --state states --resume -o out
              nous-train: error: cannot resume from 'states/...snapshot.tar.zst': no round is saved
              hint: without --resume, the round starts from its beginning
              [66]
              $ \(Self.interrupted)
              $ \(SmallRun.train) --state states --resume -o out
              $ cmp out whole
              $ \(SmallRun.train) --state states --resume -o out
              $ d=s/$(nous-ledger keygen --public anna.json); mkdir -p $d; echo x > $d/snapshot.tar.zst
              $ \(SmallRun.train) --state s --resume -o new
              nous-train: error: s/...snapshot.tar.zst: ...
              [65]
            """)
    }

    @Test("uses the processors it may use, and gives way when told to be nice")
    func shared() throws {
        try SmallRun.play(
            """
              $ first=$(taskset -cp $$ | grep -o '[0-9]*' | sed -n 2p); taskset -c $first \(SmallRun.train) --metrics m -o one; head -1 m | jq .threads
              1
              $ cmp one anna.contribution
              $ mkfifo p; \(SmallRun.train) --nice --metrics p -o two & for i in $(seq 2000); do n=$(cut -d' ' -f19 /proc/$!/stat); [ $n = 19 ] && break; sleep 0.01; done; echo $n; wc -l < p
              19
              9
            """)
    }
}

import Foundation
import Testing

/// A contribution is a pure function of its inputs.
@Suite("nous-train run")
struct TrainingCommandTests {
    static let speeds = [
        "--threads 1", "--threads 2", "--micro-batch 1", "--micro-batch 2 --threads 3",
        "--micro-batch 65536",
    ]

    @Test("methods are listed, and one printed as the sections of a run file") func methods() throws
    {
        try SmallRun.play(
            """
              $ nous-train method | cut -d' ' -f1 | paste -sd' '
              synchronous diloco muloco radial sparseloco ccloco demo distro
              $ nous-train method demo
              # demo: each step the largest 0.8 % of the momentum's cosine coefficients
              # B. Peng and others, DeMo, 2024 (arXiv 2411.19870)
              optimizer: {name: gradient, times_rate: true, gradient_clip: 1}
              round: {steps: 1, segment_steps: 1}
              codec: {name: chunked-top-k v1, transform: cosine, chunk: 4096, keep: 32, values: float32, error_feedback: 0.999}
              merge: {rule: mean v1, over: senders}
              outer: {name: sign, weight_decay: 0}
              $ nous-train method adam
              nous-train: error: field 'method': expected synchronous, diloco, muloco, radial, sparseloco, ccloco, demo, distro, found "adam"
              [65]
            """)
    }

    @Test("gives the same bytes at any speed", arguments: speeds)
    func speed(options: String) throws {
        try SmallRun.play(
            """
              $ TRAIN \(options) -o again.contribution
              $ cmp again.contribution anna.contribution
            """)
    }

    @Test(
        "gives the same bytes with every instruction set",
        arguments: ["baseline", "avx2", "avx512"])
    func instructionSet(name: String) throws {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        let result = try transcript.execute(
            "NOUS_INSTRUCTION_SET=\(name) \(SmallRun.train) -o again.contribution")
        guard result.status == 69 else {
            #expect(result.status == 0 && result.errors.isEmpty)
            return #expect(try transcript.run("cmp again.contribution anna.contribution") == "")
        }
        #expect(
            result.errors == ["nous-train: error: this machine has no \(name) instructions"])
    }

    @Test("has an eval that tells loss by position, the last bucket possibly shorter")
    func positions() throws {
        try SmallRun.play(
            """
              $ nous-train eval --data data --by-position 6 next | sed '1d; s/: loss [0-9.]* / ... /; s/[0-9.]* over [0-9]* /N over N /'
              positions 1-6 ... nats/token, perplexity N over N tokens
              positions 7-12 ... nats/token, perplexity N over N tokens
              positions 13-16 ... nats/token, perplexity N over N tokens
              $ nous-train eval --data data next > loss; nous-train eval --data data --by-position 6 next | head -1 | cmp - loss
              $ nous-train eval --data data --by-position 6 --json next | jq -c '.by_position[] | [.first, .last]'
              [1,6]
              [7,12]
              [13,16]
              $ nous-train eval --data data --by-position 0 next 2>&1 | head -1
              nous-train: error: --by-position must be at least 1
            """)
    }

    @Test("refuses an instruction set it does not know")
    func unknownInstructionSet() throws {
        try SmallRun.play(
            """
              $ NOUS_INSTRUCTION_SET=mmx TRAIN -o again.contribution
              nous-train: error: NOUS_INSTRUCTION_SET: expected one of ..., found 'mmx'
              [64]
            """)
    }

    @Test("does nothing when its output is there already, and replaces nothing else")
    func finished() throws {
        try SmallRun.play(
            """
              $ stat -c '%y %i' anna.contribution > before
              $ TRAIN --state states -o anna.contribution
              $ TRAIN -o anna.contribution
              $ stat -c '%y %i' anna.contribution | cmp - before

              $ TRAIN -o boris.contribution
              nous-train: error: cannot create 'boris.contribution': it is another contribution
              hint: remove it, or name another output
              [73]
              $ TRAIN -o run.yaml
              nous-train: error: cannot create 'run.yaml': it is not a whole contribution
              hint: remove it, or name another output
              [73]
            """)
    }

    @Test("goes on from the worker's state in the next round, as the verifier does")
    func nextRound() throws {
        let inputs = "--run run.yaml --base next --data data"
        try SmallRun.play(
            """
              $ nous-train run \(inputs) --assignments assignments-2 --key anna.json --state states -o a
              $ nous-train run \(inputs) --assignments assignments-2 --key anna.json -o fresh
              $ cmp -s a fresh
              [1]
              $ VERIFY --states judged anna.contribution | jq -r .verdict
              accepted
              $ nous-verify \(inputs) --roster roster-2 --key verifier.json --states judged a fresh | jq -r .verdict
              accepted
              bad-state
              $ nous-verify \(inputs) --roster roster-2 --key verifier.json a | jq -r '.verdict + ": " + .reason'
              cannot-verify: worker state ... is not given
              $ nous-verify \(inputs) --roster roster-2 --key verifier.json a > /dev/null
              [69]
            """)
    }

    @Test("is not accused by a verifier whose states are lost")
    func lostStates() throws {
        let inputs = "--run run.yaml --base next --data data"
        try SmallRun.play(
            """
              $ nous-train run \(inputs) --assignments assignments-2 --key anna.json --state states -o a
              $ nous-verify \(inputs) --roster roster-2 --key verifier.json --states lost a | jq -r '.verdict + ": " + .reason'
              cannot-verify: worker state ... is not given
              $ mkdir lost; nous-verify \(inputs) --roster roster-2 --key verifier.json --states lost a | jq -r .verdict
              cannot-verify
            """)
    }
}

import Encodings
import Rounds
import RunFiles
import Storage

/// How much of the work is replayed, by how many, and for how long it is simulated.
struct Policy: Sendable {
    /// What it is called.
    let name: String
    /// The section `verification` of the run file.
    let verification: String
    /// How many verifiers there are; the second of them is bribed, and one alone is too.
    let verifiers: Int
    /// Rounds that are simulated.
    let rounds: Int
    /// Whether money waits for disputes, and is paid in instalments.
    var isDelayed = true

    /// The policies of a scenario; the first is simulated over all its rounds, the others over a tenth.
    static func all(_ scenario: Scenario) -> [Policy] {
        func policy(
            _ name: String, _ verification: String, verifiers: Int = 1, isLong: Bool = false
        ) -> Policy {
            Policy(
                name: name, verification: verification, verifiers: verifiers,
                rounds: isLong ? scenario.rounds : max(10, scenario.rounds / 10))
        }
        let spot = "{replay: sampled, share_ppm: 200000, segments: 2}"
        return [
            policy("2 segments of 20 %", spot, isLong: true),
            policy("2 of 20 %, 3 verifiers", spot, verifiers: 3),
            policy("5 % whole", "{replay: sampled, share_ppm: 50000}"),
            policy(
                "1 segment of all", "{replay: sampled, share_ppm: 1000000, segments: 1}"),
            policy("all whole", "{replay: all}"),
        ]
    }

    /// How many verifiers must agree.
    var quorum: Int { verifiers / 2 + 1 }

    /// The text of the run file.
    func runFile(_ scenario: Scenario) -> String {
        let delays = Scenario.delays
        let waiting = """

              dispute_rounds: \(delays.dispute)
              unbonding_rounds: \(delays.unbonding)
              vesting_rounds: \(delays.vesting)
            """
        return """
            nous-tools: run v1
            name: "simulation, \(name)"
            arithmetic: {class: exact, version: 1}
            model:
              vocab_size: 50304
              hidden_size: 768
              intermediate_size: 2048
              num_hidden_layers: 12
              num_attention_heads: 12
              num_key_value_heads: 12
              head_dim: 64
              max_position_embeddings: 1024
              rms_norm_eps: 1.0e-5
              rope_theta: 10000.0
              tie_word_embeddings: true
            tokenizer: \(Digest(hashing: Array("tokenizer".utf8)))
            data:
              root: \(Digest(hashing: Array("data".utf8)))
              held_out: \(Digest(hashing: Array("held out".utf8)))
              sequence_length: 1024
            seed: \(scenario.seed)
            optimizer: {name: adamw, beta1: 0.9, beta2: 0.95, epsilon: 1.0e-8, weight_decay: 0.1, \
            gradient_clip: 1.0}
            schedule: {kind: constant, peak: 1.0e-3, warmup_steps: 0}
            round: {steps: 32, batches: \(scenario.batches), batch: 16, segment_steps: 4}
            codec: {name: chunked-top-k v1, transform: none, chunk: 4096, keep: 64, values: sign, \
            error_feedback: 0.95}
            outer: {name: sgd, rate: 1.0}
            verification: \(verification)
            reward:
              rule: pro-rata-verified-tokens v1
              symbol: SIM
              decimals: 6
              supply: "\(scenario.supply)"
              per_round: "\(scenario.reward)"
              slash_ppm: \(Scenario.slash)\(isDelayed ? waiting : "")
              minimum_payout: "\(scenario.minimumPayout)"

            """
    }

    /// The meaning of the run file.
    func run(_ scenario: Scenario) throws -> RunConfiguration {
        let bytes = Array(runFile(scenario).utf8)
        return try RunConfiguration(YAML.parse(bytes), digest: Digest(hashing: bytes))
    }
}

import Corpus
import Encodings
import LanguageModel
import Optimization
import Rounds
import SampleRound
import Storage
import Testing
import UpdateCodec

@Suite("The run file") struct RunConfigurationTests {
    @Test func holdsWhatTheFileSays() throws {
        let run = try SampleRun.run(["outer.momentum": .number("0.9")])
        #expect(run.name == "sample")
        #expect(run.model.vocabularySize == 280)
        #expect(run.data.root == SampleCorpus.corpus.dataRoot)
        #expect(run.data.heldOut == SampleCorpus.corpus.heldOutRoot)
        #expect(run.tokenizer == SampleCorpus.corpus.tokenizerDigest)
        #expect(
            run.optimizer.rule == .adamW(AdamW.Settings(beta2: 0.95, weightDecay: 0.1)))
        #expect(run.optimizer.zLoss == 0)
        #expect(run.optimizer.gradientNormLimit == nil)
        #expect(run.round.segmentSteps == 2)
        #expect(
            run.codec.codec
                == UpdateFormat(
                    transform: .none, codec: TensorCodec(chunk: 64, keep: 16, values: .sign)))
        #expect(run.codec.errorFeedback == 0.9)
        #expect(run.outer == .nesterov(rate: 0.7, momentum: 0.9))
        #expect(run.reward.supply == 1_000_000)
    }

    @Test("another byte of the file is another run")
    func digestIsOfTheBytes() throws {
        let digest = Digest(hashing: [1])
        #expect(try RunConfiguration(SampleRun.json(), digest: digest).digest == digest)
    }

    static let members = [
        "nous-tools", "name", "arithmetic", "arithmetic.class", "arithmetic.version", "model",
        "model.vocab_size", "model.hidden_size", "model.intermediate_size",
        "model.num_hidden_layers", "model.num_attention_heads", "model.max_position_embeddings",
        "model.rms_norm_eps", "tokenizer", "data", "data.root", "data.held_out",
        "data.sequence_length", "seed", "optimizer", "optimizer.name", "optimizer.beta1",
        "optimizer.beta2", "optimizer.epsilon", "optimizer.weight_decay",
        "optimizer.gradient_clip", "schedule", "schedule.kind", "schedule.peak",
        "schedule.warmup_steps", "round", "round.steps", "round.batches", "round.batch",
        "round.segment_steps", "codec", "codec.name", "codec.transform", "codec.chunk",
        "codec.keep", "codec.values", "codec.error_feedback", "merge.rule", "outer",
        "outer.name", "outer.rate", "outer.momentum", "reward",
        "reward.rule", "reward.symbol", "reward.decimals", "reward.supply", "reward.per_round",
        "reward.slash_ppm",
    ]

    @Test("every member must be there", arguments: members)
    func refusesAMissing(member: String) {
        let name = member.split(separator: ".").last ?? ""
        let line = refusal { _ = try SampleRun.run([member: nil]) }
        #expect(line?.hasSuffix("missing field '\(name)'") == true, "\(line ?? "accepted")")
    }

    @Test(
        "no other member may be there",
        arguments: [
            "", "arithmetic.", "model.", "data.", "optimizer.", "schedule.", "round.", "codec.",
            "merge.", "outer.", "reward.",
        ])
    func refusesAnUnknownMember(section: String) {
        let line = refusal { _ = try SampleRun.run([section + "colour": 1]) }
        #expect(line?.hasSuffix("unknown field 'colour'") == true, "\(line ?? "accepted")")
    }

    @Test("a run that does not say how to merge trusts nobody") func mergesAmongStrangers() throws {
        let rule = try SampleRun.run(["merge": nil]).merge.rule
        #expect(rule == MergeRule(.agreement, over: .senders, leastShare: 0.25, clip: 1))
    }

    @Test("a run that does not say how much is replayed replays all") func replaysAll() throws {
        #expect(try SampleRun.run().verification == .everything)
        #expect(try SampleRun.run(["verification": ["replay": "all"]]).verification == .everything)
        let sampled: JSON = ["replay": "sampled", "share_ppm": 200_000, "segments": 2, "quorum": 3]
        #expect(
            try SampleRun.run(["verification": sampled]).verification
                == VerificationSettings(
                    replay: .sampled(partsPerMillion: 200_000, segments: 2), quorum: 3))
    }

    @Test(
        "and says it in full or not at all",
        arguments: [
            ([:], "missing field 'replay'"),
            (["replay": "some"], "expected all, sampled, found \"some\""),
            (["replay": "all", "share_ppm": 1], "unknown field 'share_ppm'"),
            (["replay": "sampled"], "missing field 'share_ppm'"),
            (["replay": "sampled", "share_ppm": 0], "an integer from 1 to 1000000, found 0"),
            (
                ["replay": "sampled", "share_ppm": 1, "segments": 4097],
                "an integer from 1 to 4096, found 4097"
            ),
            (["replay": "all", "quorum": 0], "an integer from 1 to 1024, found 0"),
        ] as [(JSON, String)])
    func refusesVerification(section: JSON, reason: String) {
        let line = refusal { _ = try SampleRun.run(["verification": section]) }
        #expect(line?.hasSuffix(reason) == true, "\(line ?? "accepted")")
    }

    @Test("values at the limits are read", arguments: RunLimit.all)
    func acceptsTheLimits(limit: RunLimit) {
        for value in limit.accepted {
            #expect(refusal { _ = try SampleRun.run([limit.member: value]) } == nil)
        }
    }

    @Test("values beyond the limits are refused", arguments: RunLimit.all)
    func refusesWhatIsBeyond(limit: RunLimit) {
        let name = limit.member.split(separator: ".").last ?? ""
        for value in limit.refused {
            let line = refusal { _ = try SampleRun.run([limit.member: value]) }
            let end = "field '\(name)': expected \(limit.expected), found \(value.summary)"
            #expect(line?.hasSuffix(end) == true, "\(line ?? "accepted \(value)")")
        }
    }

    @Test func namesTheSectionOfTheFault() {
        let line = refusal { _ = try SampleRun.run(["codec.keep": 65]) }
        #expect(
            line == "field 'codec': field 'keep': expected an integer from 1 to 64, found 65")
    }

    @Test func refusesSequencesLongerThanTheModelsContext() {
        let line = refusal { _ = try SampleRun.run(["data.sequence_length": 17]) }
        #expect(
            line == "field 'data.sequence_length': "
                + "expected at most the model's longest sequence (16), found 17")
    }

    @Test("a step has at most 2^26 tokens, so that no size overflows")
    func refusesEnormousSteps() throws {
        let long: [String: JSON] = [
            "model.max_position_embeddings": 1_048_576, "data.sequence_length": 1_048_576,
        ]
        #expect(try SampleRun.run(long.merging(["round.batch": 64]) { $1 }).round.batch == 64)
        let line = refusal { _ = try SampleRun.run(long.merging(["round.batch": 65]) { $1 }) }
        #expect(
            line == "field 'round.batch': "
                + "expected at most 67108864 tokens a step, found 65 sequences of 1048576")
    }

    @Test("a model may be of another family, and its rotation scaled")
    func readsFamiliesAndScaling() throws {
        let run = try SampleRun.run([
            "model.model_type": "qwen2",
            "model.rope_scaling": [
                "rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 4,
            ],
        ])
        #expect(run.model.family == .qwen2)
        #expect(
            run.model.ropeScaling == .yarn(YaRNScaling(factor: 4, originalContextLength: 4)))
        #expect(
            refusal { _ = try SampleRun.run(["model.model_type": "gemma"]) }
                == "config.json: field 'model_type': "
                + "expected \"llama\", \"mistral\", \"qwen2\", found \"gemma\"")
    }

    @Test("attention goes across documents unless the run says otherwise")
    func readsTheResetOfAttention() throws {
        #expect(try !SampleRun.run().data.resetsAttention)
        for value in [true, false] {
            let run = try SampleRun.run(["data.reset_attention": .bool(value)])
            #expect(run.data.resetsAttention == value)
        }
        #expect(
            refusal { _ = try SampleRun.run(["data.reset_attention": 1]) }
                == "field 'data': field 'reset_attention': expected true or false, found 1")
    }

    @Test("a schedule needs the members of its kind", arguments: ["linear", "cosine"])
    func readsSchedules(kind: String) throws {
        let changes: [String: JSON?] = [
            "schedule.kind": .string(kind), "schedule.total_steps": 10,
            "schedule.final_fraction": .number("0.1"),
        ]
        let run = try SampleRun.run(changes)
        #expect(run.schedule.totalSteps == 10)
        #expect(run.schedule.rate(at: 10) == Float(0.01 * 0.1))
        let lacking = changes.filter { $0.key != "schedule.total_steps" }
        #expect(
            refusal { _ = try SampleRun.run(lacking) }
                == "field 'schedule': missing field 'total_steps'")
        let more = changes.merging(["schedule.decay_steps": 2]) { $1 }
        #expect(
            refusal { _ = try SampleRun.run(more) }
                == "field 'schedule': unknown field 'decay_steps'")
    }

    @Test func aDecayIsNoLongerThanTheRun() {
        let changes: [String: JSON?] = [
            "schedule.kind": "warmup-stable-decay", "schedule.total_steps": 10,
            "schedule.final_fraction": 0, "schedule.decay_steps": 11,
        ]
        #expect(
            refusal { _ = try SampleRun.run(changes) }
                == "field 'schedule': field 'decay_steps': "
                + "expected an integer from 1 to 10, found 11")
    }
}

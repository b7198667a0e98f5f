import Encodings
import LanguageModel
import Numerics
import Testing

@Suite struct FamilyTests {
    private func read(
        _ model: PublishedModel, replacing old: String = "", with new: String = ""
    ) throws -> ModelConfiguration {
        let text = old.isEmpty ? model.config : model.config.replacing(old, with: new)
        return try ModelConfiguration(huggingFace: JSON(parsing: Array(text.utf8)))
    }

    private func published(_ name: String) throws -> PublishedModel {
        try #require(PublishedModel.all.first { $0.description.contains(name) })
    }

    private func refusal(_ body: () throws -> ModelConfiguration) -> String? {
        #expect(throws: MalformedInput.self) { try body() }?.description
    }

    @Test(
        "published files are read, to the published number of parameters",
        arguments: PublishedModel.all)
    func published(_ model: PublishedModel) throws {
        #expect(try ParameterLayout(read(model)).count == model.parameters)
    }

    @Test(
        "what is written of them is read back, and names their class",
        arguments: PublishedModel.all)
    func roundTrip(_ published: PublishedModel) throws {
        let model = try read(published)
        let written = model.huggingFaceConfig(beginningToken: 1, endToken: 2)
        #expect(try ModelConfiguration(huggingFace: JSON(parsing: written.prettyBytes())) == model)
        let original = try JSON(parsing: Array(published.config.utf8))
        for field in ["architectures", "model_type", "vocab_size", "rope_theta"] {
            let value = original[field]
            #expect(value == nil || value?.double == written[field]?.double, "\(field)")
            #expect(
                value?.array == written[field]?.array && value?.string == written[field]?.string)
        }
    }

    @Test("the families are told apart")
    func families() throws {
        #expect(try read(published("Mistral")).family == .mistral)
        #expect(try read(published("SmolLM2")).family == .llama)
        let qwen = try read(published("Qwen"))
        #expect(qwen.family == .qwen2)
        #expect(qwen.headSize == 64 && qwen.headsPerGroup == 7 && qwen.normEpsilon == 1e-6)
    }

    @Test("scaling is read in both spellings")
    func spellings() throws {
        let nous = try published("Yarn")
        let yarn = RotaryScaling.yarn(YaRNScaling(factor: 16, originalContextLength: 4096))
        #expect(try read(nous).ropeScaling == yarn)
        #expect(try read(nous).longestSequence == 65_536)
        let parameters = try read(
            nous, replacing: "\"rope_scaling\"",
            with: "\"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 16, "
                + "\"original_max_position_embeddings\": 4096, \"rope_theta\": 10000.0, "
                + "\"beta_fast\": 32, \"beta_slow\": 1.0, \"truncate\": true, "
                + "\"attention_factor\": null}, \"rope_scaling\"")
        let original = try read(nous)
        #expect(parameters == original)
        #expect(
            try read(published("Llama-3.2")).ropeScaling
                == .llama3(
                    Llama3Scaling(
                        factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4,
                        originalContextLength: 8192)))
    }

    @Test("a missing original length is the context length")
    func originalLength() throws {
        let model = try read(
            published("Yarn"), replacing: "\"original_max_position_embeddings\": 4096,", with: "")
        let yarn = YaRNScaling(factor: 16, originalContextLength: 65_536)
        #expect(model.ropeScaling == .yarn(yarn))
        #expect(model.longestSequence == 1_048_576)
    }

    @Test(
        "a window shorter than the context is refused",
        arguments: [
            ("Mistral", "\"sliding_window\": null", "\"sliding_window\": 32767", "found 32767"),
            ("Mistral", "\"sliding_window\": null,", "", "none, which means 4096"),
            ("Mistral", "\"sliding_window\": null", "\"sliding_window\": \"no\"", "found \"no\""),
            (
                "Qwen", "\"use_sliding_window\": false", "\"use_sliding_window\": true",
                "field 'use_sliding_window': expected false, found true"
            ),
            (
                "Qwen", "\"use_cache\"", "\"layer_types\": [\"sliding_attention\"], \"use_cache\"",
                "24 times \"full_attention\""
            ),
        ])
    func windows(_ name: String, _ old: String, _ new: String, _ reason: String) throws {
        let line = refusal { try read(published(name), replacing: old, with: new) }
        #expect(line?.contains(reason) == true, "\(line ?? "accepted")")
    }

    @Test("a window as long as the context is none")
    func longWindow() throws {
        let mistral = try published("Mistral")
        let model = try read(
            mistral, replacing: "\"sliding_window\": null", with: "\"sliding_window\": 32768")
        let windowless = try read(mistral)
        #expect(model == windowless)
    }

    @Test(
        "what is not computed so is refused",
        arguments: [
            ("Llama-3.2", "\"attention_bias\": false", "\"attention_bias\": true"),
            ("Llama-3.2", "\"rope_type\": \"llama3\"", "\"rope_type\": \"longrope\""),
            ("Llama-3.2", "\"low_freq_factor\": 1.0,", ""),
            ("Llama-3.2", "\"low_freq_factor\": 1.0", "\"low_freq_factor\": 4.0"),
            ("Llama-3.2", "\"factor\": 32.0", "\"factor\": 0.5"),
            ("Llama-3.2", "\"factor\": 32.0", "\"factor\": \"32\""),
            ("Llama-3.2", "\"factor\": 32.0", "\"factor\": 32.0, \"beta_fast\": 32"),
            (
                "Llama-3.2", "\"rope_scaling\"",
                "\"rope_parameters\": {\"rope_type\": \"default\"}, \"rope_scaling\""
            ),
            ("Yarn", "\"type\": \"yarn\"", "\"type\": \"yarn\", \"rope_type\": \"linear\""),
            ("Yarn", "\"type\": \"yarn\"", "\"type\": \"yarn\", \"beta_fast\": 0.5"),
            ("Yarn", "\"type\": \"yarn\"", "\"type\": \"yarn\", \"rope_theta\": 2.0, \"x\": 1"),
            ("Yarn", "\"type\": \"yarn\"", "\"factor2\": 1"),
            ("Yarn", "4096,", "0,"), ("Yarn", "4096,", "4096.5,"),
            ("Qwen", "\"qwen2\"", "\"qwen3\""), ("Qwen", "Qwen2ForCausalLM", "LlamaForCausalLM"),
            ("Qwen", "\"use_mrope\": false", "\"use_mrope\": true"),
        ])
    func refusals(_ name: String, _ old: String, _ new: String) throws {
        let model = try published(name)
        #expect(model.config.contains(old))
        #expect(throws: MalformedInput.self) { try read(model, replacing: old, with: new) }
    }
}

@Suite struct BiasLayoutTests {
    private let model: ModelConfiguration

    init() throws {
        model = try ModelConfiguration(
            family: .qwen2, vocabularySize: 7, hiddenSize: 4, intermediateSize: 3, layerCount: 1,
            headCount: 2, keyValueHeadCount: 1, contextLength: 5, tiesEmbeddings: true)
    }

    @Test("biases follow the value projection as one vector, and do not decay")
    func order() {
        let lines = ParameterLayout(model).tensors[3...8].map {
            "\($0.name.dropFirst(15)) \($0.shape) \($0.range) \($0.decays)"
        }
        #expect(
            lines == [
                "self_attn.k_proj.weight [2, 4] 48..<56 true",
                "self_attn.v_proj.weight [2, 4] 56..<64 true",
                "self_attn.q_proj.bias [4] 64..<68 false",
                "self_attn.k_proj.bias [2] 68..<70 false",
                "self_attn.v_proj.bias [2] 70..<72 false",
                "self_attn.o_proj.weight [4, 4] 72..<88 true",
            ])
    }

    @Test("biases start from zero, norms from one")
    func initialization() {
        let layout = ParameterLayout(model)
        let parameters = Initialization.parameters(layout, seed: 3)
        for tensor in layout.tensors where !tensor.decays {
            let value: Float = tensor.name.hasSuffix(".bias") ? 0 : 1
            #expect(parameters.view[tensor.range].array.allSatisfy { $0 == value })
        }
    }
}

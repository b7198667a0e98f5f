import Encodings
import LanguageModel
import Testing

@Suite struct ConfigurationTests {
    /// The `config.json` of stories260K, with fields `transformers` adds.
    static let text = """
        {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
         "bos_token_id": 1, "dtype": "float32", "eos_token_id": 2, "head_dim": 8,
         "hidden_act": "silu", "hidden_size": 64, "initializer_range": 0.02,
         "intermediate_size": 172, "max_position_embeddings": 512, "mlp_bias": false,
         "model_type": "llama", "num_attention_heads": 8, "num_hidden_layers": 5,
         "num_key_value_heads": 4, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
         "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
         "tie_word_embeddings": true, "transformers_version": "5.23.0", "use_cache": true,
         "vocab_size": 512}
        """

    private func read(
        replacing old: String = "", with new: String = ""
    ) throws -> ModelConfiguration {
        let text = old.isEmpty ? Self.text : Self.text.replacing(old, with: new)
        return try ModelConfiguration(huggingFace: JSON(parsing: Array(text.utf8)))
    }

    @Test("a file of transformers is read")
    func reading() throws {
        let model = try read()
        #expect(model.vocabularySize == 512 && model.hiddenSize == 64 && model.headSize == 8)
        #expect(model.headsPerGroup == 2 && model.attentionInputSize == 128)
        #expect(model.normEpsilon == 1e-5 && model.ropeTheta == 10_000 && model.tiesEmbeddings)
        #expect(ParameterLayout(model).count == 260_032)
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        let model = try ModelConfiguration(
            vocabularySize: 99, hiddenSize: 24, intermediateSize: 33, layerCount: 2, headCount: 4,
            keyValueHeadCount: 2, headSize: 10, contextLength: 77, normEpsilon: 3e-6,
            ropeTheta: 123_456.75, tiesEmbeddings: false)
        let written = model.huggingFaceConfig(beginningToken: 0, endToken: nil)
        let parsed = try JSON(parsing: written.canonicalBytes())
        #expect(try ModelConfiguration(huggingFace: parsed) == model)
    }

    @Test("older files name the rotation's base alone, and may leave sizes out")
    func older() throws {
        let theta = "\"rope_parameters\": {\"rope_theta\": 10000.0, \"rope_type\": \"default\"}"
        #expect(try read(replacing: theta, with: "\"rope_theta\": 500000").ropeTheta == 500_000)
        #expect(try read(replacing: "\"head_dim\": 8,", with: "").headSize == 8)
        #expect(try read(replacing: "\"num_key_value_heads\": 4,", with: "").headsPerGroup == 1)
    }

    @Test(
        "what the decoder does not compute is refused",
        arguments: [
            ("LlamaForCausalLM", "MistralForCausalLM"), ("\"llama\"", "\"mistral\""),
            ("silu", "gelu"), ("\"attention_bias\": false", "\"attention_bias\": true"),
            ("\"rope_type\": \"default\"", "\"rope_type\": \"yarn\""),
            ("\"default\"}", "\"default\", \"factor\": 2}"), ("\"use_cache\"", "\"new_field\""),
            ("\"pretraining_tp\": 1", "\"pretraining_tp\": 2"),
        ])
    func refusals(_ old: String, _ new: String) {
        #expect(throws: MalformedInput.self) { try read(replacing: old, with: new) }
    }

    @Test(
        "sizes beyond their limits are refused",
        arguments: [
            ("\"vocab_size\": 512", "\"vocab_size\": 0"),
            ("\"vocab_size\": 512", "\"vocab_size\": 1048577"),
            ("\"hidden_size\": 64", "\"hidden_size\": -64"),
            ("\"hidden_size\": 64", "\"hidden_size\": 9223372036854775807"),
            ("\"hidden_size\": 64", "\"hidden_size\": 64.5"),
            ("\"head_dim\": 8", "\"head_dim\": 7"),
            ("\"num_key_value_heads\": 4", "\"num_key_value_heads\": 3"),
            ("\"num_key_value_heads\": 4", "\"num_key_value_heads\": 0"),
            ("1e-05", "0"), ("1e-05", "1e400"), ("10000.0", "-1"),
        ])
    func limits(_ old: String, _ new: String) {
        #expect(throws: MalformedInput.self) { try read(replacing: old, with: new) }
    }

    @Test("more parameters than memory could hold are refused")
    func parameters() {
        #expect(throws: MalformedInput.self) {
            try ModelConfiguration(
                vocabularySize: 1_048_576, hiddenSize: 65_536, intermediateSize: 262_144,
                layerCount: 1_024, headCount: 1_024, headSize: 1_024, contextLength: 1_048_576,
                tiesEmbeddings: false)
        }
    }
}

@Suite struct ParameterLayoutTests {
    @Test("tensors follow each other under Hugging Face's names")
    func order() throws {
        let model = try ModelConfiguration(
            vocabularySize: 7, hiddenSize: 4, intermediateSize: 3, layerCount: 1, headCount: 2,
            keyValueHeadCount: 1, contextLength: 5, tiesEmbeddings: false)
        let layout = ParameterLayout(model)
        let lines = layout.tensors.map { "\($0.name) \($0.shape) \($0.range) \($0.decays)" }
        #expect(
            lines == [
                "model.embed_tokens.weight [7, 4] 0..<28 true",
                "model.layers.0.input_layernorm.weight [4] 28..<32 false",
                "model.layers.0.self_attn.q_proj.weight [4, 4] 32..<48 true",
                "model.layers.0.self_attn.k_proj.weight [2, 4] 48..<56 true",
                "model.layers.0.self_attn.v_proj.weight [2, 4] 56..<64 true",
                "model.layers.0.self_attn.o_proj.weight [4, 4] 64..<80 true",
                "model.layers.0.post_attention_layernorm.weight [4] 80..<84 false",
                "model.layers.0.mlp.gate_proj.weight [3, 4] 84..<96 true",
                "model.layers.0.mlp.up_proj.weight [3, 4] 96..<108 true",
                "model.layers.0.mlp.down_proj.weight [4, 3] 108..<120 true",
                "model.norm.weight [4] 120..<124 false",
                "lm_head.weight [7, 4] 124..<152 true",
            ])
        #expect(layout.count == 152)
    }
}

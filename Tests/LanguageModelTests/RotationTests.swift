import Encodings
import Foundation
import LanguageModel
import Numerics
import TestFiles
import Testing

@Suite struct RotationTests {
    private func model(_ head: String, _ context: String, _ rope: String) throws
        -> ModelConfiguration
    {
        let text = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 8,
             "hidden_size": \(head), "intermediate_size": 8, "num_hidden_layers": 1,
             "num_attention_heads": 1, "head_dim": \(head), "rms_norm_eps": 1e-5,
             "max_position_embeddings": \(context), "rope_parameters": \(rope)}
            """
        return try ModelConfiguration(huggingFace: JSON(parsing: Array(text.utf8)))
    }

    private func yarn(_ rope: String) throws -> RotaryFrequencies {
        try RotaryFrequencies(model("128", "65536", rope), length: 8)
    }

    @Test("frequencies are those of transformers")
    func vectors() throws {
        let cases = try VectorFile.cases("rotation.txt")
        #expect(cases.count == 11)
        for fields in cases {
            let field = { (name: String) in try #require(fields[name]) }
            let name = try field("name")
            let model = try model(
                field("head_dim"), field("max_position_embeddings"), field("rope_parameters"))
            let frequencies = try RotaryFrequencies(
                model, length: #require(Int(field("tokens"))))
            let amplitude = try #require(Double(field("amplitude")))
            #expect(abs(frequencies.amplitude / amplitude - 1) < 1e-15, "\(name)")
            let expected = try field("frequencies").split(separator: " ").map {
                try #require(Double($0))
            }
            #expect(frequencies.values.count == expected.count, "\(name)")
            for (frequency, expected) in zip(frequencies.values, expected) {
                // Theirs are rounded to single precision at each of a handful of steps.
                #expect(abs(frequency / expected - 1) < 2e-6, "\(name)")
            }
        }
    }

    @Test("YaRN keeps what turns 32 times in the original context and divides what turns once")
    func yarnRamp() throws {
        let plain = try yarn("{\"rope_type\": \"default\"}").values
        let scaled = try yarn(
            "{\"rope_type\": \"yarn\", \"factor\": 16, \"original_max_position_embeddings\": 4096}")
        for pair in plain.indices {
            let turns = 4096 * plain[pair] / (2 * Double.pi)
            let kept = scaled.values[pair] / plain[pair]
            switch turns {
            case 35...: #expect(kept == 1)
            case ..<0.9: #expect(kept == 1.0 / 16)
            case 1.1..<30: #expect(kept > 1.0 / 16 && kept < 1)
            default: break
            }
        }
        #expect(scaled.values.indices.filter { scaled.values[$0] == plain[$0] } == Array(0...20))
        #expect(scaled.values.indices.filter { scaled.values[$0] == plain[$0] / 16 }.min() == 46)
    }

    @Test("YaRN lengthens queries and keys by 0.1 ln s + 1")
    func yarnAmplitude() throws {
        let scaled = try yarn(
            "{\"rope_type\": \"yarn\", \"factor\": 16, \"original_max_position_embeddings\": 4096}")
        #expect(abs(scaled.amplitude - (0.1 * Foundation.log(16) + 1)) < 1e-15)
        let plain = try yarn("{\"rope_type\": \"default\"}")
        #expect(plain.amplitude == 1)
    }

    @Test("a factor of one leaves the rotation alone", arguments: ["linear", "dynamic", "yarn"])
    func identity(_ kind: String) throws {
        let plain = try yarn("{\"rope_type\": \"default\"}")
        let scaled = try yarn("{\"rope_type\": \"\(kind)\", \"factor\": 1}")
        #expect(scaled.amplitude == 1)
        for (a, b) in zip(plain.values, scaled.values) { #expect(abs(a / b - 1) < 1e-15) }
    }

    @Test("dynamic scaling looks at the sequence alone, whatever came before")
    func dynamic() throws {
        let example = try #require(Example.all.first { $0.description == "dynamic" })
        let long = Array(example.sequences[0].tokens.dropLast())
        let short = Array(long.prefix(8))
        let expected = example.model().logits(of: short).view.array
        let model = example.model()
        let before = model.logits(of: long).view.array
        #expect(model.logits(of: short).view.array == expected)
        #expect(model.logits(of: long).view.array == before)
        #expect(Array(before.prefix(expected.count)) != expected)
    }

    @Test("generation under dynamic scaling is that of the whole text at each token")
    func generation() throws {
        let example = try #require(Example.all.first { $0.description == "dynamic" })
        let model = example.model()
        var tokens: [UInt32] = [3, 1, 4]
        let generated = model.generate(
            prompt: tokens, count: 18, temperature: 0, random: .init(seed: 1))
        for token in generated {
            let last = example.model().logits(of: tokens).row(tokens.count - 1).array
            #expect(last[Int(token)] == last.max())
            tokens.append(token)
        }
        #expect(tokens.count > example.configuration.contextLength)
    }
}

@Suite struct ContextExtensionTests {
    private func model(_ scaling: RotaryScaling? = nil) throws -> ModelConfiguration {
        try ModelConfiguration(
            vocabularySize: 8, hiddenSize: 8, intermediateSize: 8, layerCount: 1, headCount: 2,
            contextLength: 512, ropeScaling: scaling, tiesEmbeddings: true)
    }

    @Test("YaRN by 4 quadruples the context and keeps the weights' layout")
    func yarn() throws {
        let extended = try model().extended(by: .yarn, factor: 4)
        #expect(extended.contextLength == 2048 && extended.longestSequence == 2048)
        #expect(
            extended.ropeScaling == .yarn(YaRNScaling(factor: 4, originalContextLength: 512)))
        #expect(try ParameterLayout(extended) == ParameterLayout(model()))
    }

    @Test("extending again starts from the original length")
    func again() throws {
        let twice = try model().extended(by: .yarn, factor: 4).extended(by: .yarn, factor: 8)
        #expect(try twice == model().extended(by: .yarn, factor: 8))
    }

    @Test("dynamic scaling keeps the context length and allows longer sequences")
    func dynamic() throws {
        let extended = try model().extended(by: .dynamic, factor: 3)
        #expect(extended.contextLength == 512 && extended.longestSequence == 1536)
    }

    @Test("one kind is not put on another, and no factor is below one or without bound")
    func refusals() throws {
        let linear = try model(.linear(factor: 2))
        #expect(throws: MalformedInput.self) { try linear.extended(by: .yarn, factor: 4) }
        for factor in [0.5, 0, -1, .nan, .infinity, 1e9, 4096] {
            #expect(throws: MalformedInput.self) { try model().extended(by: .yarn, factor: factor) }
        }
    }
}

import Artifacts
import Encodings
import Foundation
import LanguageModel
import ModelFiles
import Numerics
import Rounds
import TestFiles
import Testing

/// What is read of a Hugging Face directory.
@Suite("Model directories") struct ModelDirectoryTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The weights read back from the directory.
    private func weights() throws -> [Float] {
        try ModelDirectory(path: directory.path).parameters().view.array
    }

    @Test("numbers of every type are read exactly", arguments: FloatFormat.allCases)
    func formats(format: FloatFormat) throws {
        for tied in [true, false] {
            var model = try SampleModel(tied: tied)
            model.format = format
            try model.write(to: directory.path)
            #expect(try ModelDirectory(path: directory.path).configuration == model.configuration)
            #expect(try weights() == model.parameters)
        }
    }

    @Test("tensors of different types may lie in one file")
    func mixedFormats() throws {
        let model = try SampleModel()
        var tensors = model.tensors
        var half = model
        half.format = .float16
        tensors["model.norm.weight"] = half.tensors["model.norm.weight"]
        try model.write(to: directory.path, tensors: tensors)
        #expect(try weights() == model.parameters)
    }

    @Test("a sharded model is the same model")
    func shards() throws {
        let model = try SampleModel(tied: false)
        try model.writeShards(to: directory.path)
        #expect(try weights() == model.parameters)
    }

    @Test("links of files are followed, as in the cache of the Hugging Face hub")
    func links() throws {
        let model = try SampleModel()
        let blobs = try TemporaryDirectory()
        try model.write(to: blobs.path)
        for name in ["config.json", "model.safetensors", "tokenizer.json"] {
            try FileManager.default.createSymbolicLink(
                atPath: directory.file(name), withDestinationPath: blobs.file(name))
        }
        #expect(try weights() == model.parameters)
    }

    @Test("the head of a tied model may be there if it is the embedding")
    func tiedHead() throws {
        let model = try SampleModel()
        var tensors = model.tensors
        let embedding = Array(model.parameters[..<(288 * 32)])
        tensors["lm_head.weight"] = model.tensor("lm_head.weight", [288, 32], embedding)
        try model.write(to: directory.path, tensors: tensors)
        #expect(try weights() == model.parameters)

        var other = embedding
        other[7] = other[7].nextUp
        tensors["lm_head.weight"] = model.tensor("lm_head.weight", [288, 32], other)
        try model.write(to: directory.path, tensors: tensors)
        #expect(
            refusal()
                == "model.safetensors: tensor 'lm_head.weight': expected the numbers of"
                + " 'model.embed_tokens.weight', since config.json ties the two, found others")
    }

    @Test("tables of the rotation that old libraries saved are passed over")
    func rotationTables() throws {
        let model = try SampleModel()
        var tensors = model.tensors
        let name = "model.layers.1.self_attn.rotary_emb.inv_freq"
        tensors[name] = model.tensor(name, [4], [1, 0.5, 0.25, 0.125])
        try model.write(to: directory.path, tensors: tensors)
        #expect(try weights() == model.parameters)

        tensors[name] = nil
        let beyond = "model.layers.2.self_attn.rotary_emb.inv_freq"
        tensors[beyond] = model.tensor(beyond, [4], [1, 0.5, 0.25, 0.125])
        try model.write(to: directory.path, tensors: tensors)
        #expect(refusal()?.contains("tensor '\(beyond)': the model of config.json has no") == true)
    }

    @Test("the tokens of a text are kept, and generation_config.json as it is")
    func generation() throws {
        var model = try SampleModel()
        model.config = ["bos_token_id": 3, "eos_token_id": [0, 2], "pad_token_id": 1]
        model.generation = #"{"temperature": 0.6, "eos_token_id": [0, 2], "x": [null]}"#
        try model.write(to: directory.path)
        let generation = try ModelDirectory(path: directory.path).generation
        #expect(generation.beginningToken == 3)
        #expect(generation.endTokens == [0, 2])
        #expect(generation.paddingToken == 1)
        #expect(
            generation.file.orderedText
                == #"{"temperature":0.6,"eos_token_id":[0,2],"x":[null]}"#)
    }

    @Test("settings of generation that break a rule are refused")
    func refusedGeneration() throws {
        var model = try SampleModel()
        model.config = ["eos_token_id": "end"]
        try model.write(to: directory.path)
        #expect(
            refusal()
                == "config.json: field 'eos_token_id': expected a token or null, found \"end\"")
        model.config = [:]
        model.generation = "[]"
        try model.write(to: directory.path)
        #expect(refusal() == "generation_config.json: expected an object, found an array of 0")
    }

    /// The line with which the directory is refused, without its path.
    private func refusal() -> String? {
        do {
            _ = try ModelDirectory(path: directory.path).parameters()
            return nil
        } catch {
            let line = "\(error)"
            for prefix in ["\(directory.path)/", "\(directory.path): "]
            where line.hasPrefix(prefix) {
                return String(line.dropFirst(prefix.count))
            }
            return line.replacing(directory.path, with: "DIR")
        }
    }
}

import Artifacts
import Encodings
import Foundation
import LanguageModel
import ModelFiles
import Numerics
import Rounds
import Storage
import TestFiles
import Testing

/// A checkpoint as a Hugging Face directory.
@Suite("Directory export") struct DirectoryExportTests {
    let source: TemporaryDirectory
    let target: TemporaryDirectory

    init() throws {
        source = try TemporaryDirectory()
        target = try TemporaryDirectory()
    }

    /// The checkpoint of the model in the directory `path`.
    private func checkpoint(_ path: String) throws -> Checkpoint {
        let directory = try ModelDirectory(path: path)
        return Checkpoint(
            configuration: directory.configuration, parameters: try directory.parameters(),
            outerMomentum: nil, tokenizer: try directory.tokenizer(),
            generation: directory.generation,
            lineage: Lineage(run: nil, round: 0, parent: nil, contributions: []))
    }

    @Test(
        "directory, bundle, directory: the weights are the same file",
        arguments: FloatFormat.allCases)
    func roundTrip(format: FloatFormat) throws {
        for tied in [true, false] {
            var model = try SampleModel(tied: tied)
            model.format = format
            try model.write(to: source.path)
            let bundle = try Checkpoint(checkpoint(source.path).artifact)
            let path = target.file("\(tied)")
            try ModelExport(bundle).write(directory: path, format: format, shardSize: .max)
            #expect(
                try Files.list(path) == [
                    "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
                ])
            for name in ["model.safetensors", "tokenizer.json"] {
                #expect(try Files.haveSameBytes(source.file(name), "\(path)/\(name)"), "\(name)")
            }
            #expect(
                try SampleModel.text("\(path)/config.json")
                    .contains("\"torch_dtype\": \"\(format.rawValue)\""))
            #expect(try checkpoint(path).digest == bundle.digest)
        }
    }

    @Test("what is said about generating text survives")
    func generation() throws {
        var model = try SampleModel()
        model.config = ["bos_token_id": 3, "eos_token_id": [0, 2], "pad_token_id": 1]
        model.generation = #"{"temperature": 0.6}"#
        try model.write(to: source.path)
        let bundle = try Checkpoint(checkpoint(source.path).artifact)
        try ModelExport(bundle).write(
            directory: target.file("model"), format: .float32, shardSize: .max)
        let read = try ModelDirectory(path: target.file("model")).generation
        #expect(read == (try ModelDirectory(path: source.path).generation))
    }

    @Test("numbers are rounded to nearest even")
    func rounding() throws {
        var model = try SampleModel()
        let cases: [(FloatFormat, Float, UInt32)] = [
            // 1 + 2^-8 lies midway between two numbers of bfloat16, 1 + 3·2^-8 too.
            (.bfloat16, 0x1.01p0, 0x3F80), (.bfloat16, 0x1.03p0, 0x3F82),
            (.bfloat16, 0x1.0102p0, 0x3F81), (.bfloat16, -0x1.01p0, 0xBF80),
            (.bfloat16, -0.0, 0x8000), (.bfloat16, .leastNonzeroMagnitude, 0),
            (.float16, 0x1.002p0, 0x3C00), (.float16, 0x1.006p0, 0x3C02),
            (.float16, 0x1p-25, 0), (.float16, 0x1.8p-24, 2), (.float16, 65_519, 0x7BFF),
        ]
        for (number, (format, value, bits)) in cases.enumerated() {
            model.format = format
            var parameters = model.parameters
            parameters[parameters.count - 1] = value
            let path = target.file("\(number)")
            try ModelExport(model.checkpoint(parameters)).write(
                directory: path, format: format, shardSize: .max)
            let file = try SafetensorsReader(
                Files.read(path: "\(path)/model.safetensors", limit: 1 << 24))
            let bytes = try file.bytes(of: "model.norm.weight")
            #expect(
                bytes.suffix(2).elementsEqual(LittleEndian.bytes(of: [UInt16(bits)])), "\(value)")
        }
    }

    @Test("a number that a type cannot hold is refused, and nothing is left")
    func tooLarge() throws {
        let model = try SampleModel()
        var parameters = model.parameters
        for (format, value) in [
            (FloatFormat.float16, Float(65_520)), (.bfloat16, -.greatestFiniteMagnitude),
        ] {
            parameters[40] = value
            #expect(
                throws: MalformedInput(
                    "tensor 'model.embed_tokens.weight': \(value) is too large for"
                        + " \(format.rawValue)")
            ) {
                try ModelExport(model.checkpoint(parameters)).write(
                    directory: target.file("model"), format: format, shardSize: .max)
            }
            #expect(try Files.list(target.path).isEmpty)
        }
    }

    @Test("shards are filled in the order of the libraries' models, and read back")
    func shards() throws {
        let model = try SampleModel(tied: false)
        try model.write(to: source.path)
        // Room for the embedding, or for one layer with its two norms.
        let limit = 288 * 32 * 4 + 2 * 32 * 4
        try ModelExport(model.checkpoint()).write(
            directory: target.file("model"), format: .float32, shardSize: limit)
        let files = try Files.list(target.file("model")).filter { $0.hasSuffix(".safetensors") }
        #expect(files == (1...4).map { "model-0000\($0)-of-00004.safetensors" })
        let names = try files.map { name in
            try SafetensorsReader(
                Files.read(path: target.file("model/\(name)"), limit: 1 << 24)
            ).tensors.map(\.name)
        }
        #expect(names[0] == ["model.embed_tokens.weight"])
        #expect(
            names[1] == [
                "model.layers.0.input_layernorm.weight", "model.layers.0.mlp.down_proj.weight",
                "model.layers.0.mlp.gate_proj.weight", "model.layers.0.mlp.up_proj.weight",
                "model.layers.0.post_attention_layernorm.weight",
                "model.layers.0.self_attn.k_proj.weight",
                "model.layers.0.self_attn.o_proj.weight",
                "model.layers.0.self_attn.q_proj.weight",
                "model.layers.0.self_attn.v_proj.weight",
            ])
        #expect(names[3] == ["lm_head.weight", "model.norm.weight"])
        let index = try JSON(
            parsing: Files.read(
                path: target.file("model/model.safetensors.index.json"), limit: 1 << 20))
        #expect(index["metadata"]?["total_size"] == .integer(Int64(model.layout.count * 4)))
        #expect(index["metadata"]?["total_parameters"] == .integer(Int64(model.layout.count)))
        #expect(index["weight_map"]?["lm_head.weight"] == .string(files[3]))
        #expect(index["weight_map"]?.object?.count == model.layout.tensors.count)
        #expect(try checkpoint(target.file("model")).parameters.view.array == model.parameters)
    }

    @Test("a tensor above the size of a shard has a file of its own")
    func largeTensor() throws {
        let model = try SampleModel()
        try ModelExport(model.checkpoint()).write(
            directory: target.file("model"), format: .float32, shardSize: 4096)
        let read = try checkpoint(target.file("model"))
        #expect(read.parameters.view.array == model.parameters)
        let files = try Files.list(target.file("model")).filter { $0.hasSuffix(".safetensors") }
        #expect(files.count > 10)
    }

    @Test("the same export again changes nothing, and nothing else is overwritten")
    func existing() throws {
        let model = try SampleModel()
        let path = target.file("model")
        let export = ModelExport(model.checkpoint())
        try export.write(directory: path, format: .float32, shardSize: .max)
        let date = { try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] }
        let before = try date() as? Date
        try export.write(directory: path, format: .float32, shardSize: .max)
        #expect(try date() as? Date == before)
        #expect(throws: SystemFailure("create", path: path, code: EEXIST, role: .output)) {
            try export.write(directory: path, format: .float16, shardSize: .max)
        }
        #expect(throws: SystemFailure("create", path: path, code: EEXIST, role: .output)) {
            try export.write(directory: path, format: .float32, shardSize: 4096)
        }
        #expect(try Files.list(target.path) == ["model"])
        #expect(try checkpoint(path).parameters.view.array == model.parameters)
    }
}

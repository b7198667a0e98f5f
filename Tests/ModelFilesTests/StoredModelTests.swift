import Encodings
import Foundation
import ModelFiles
import Numerics
import TestFiles
import Testing

/// Models read and written tensor by tensor.
@Suite("A stored model")
struct StoredModelTests {
    @Test("is written as it was, in its files, by its tensors", arguments: FloatFormat.allCases)
    func copy(format: FloatFormat) throws {
        let directory = try TemporaryDirectory()
        let (source, target) = (directory.file("source"), directory.file("target"))
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
        var sample = try SampleModel(tied: false)
        sample.format = format
        try sample.writeShards(to: source)
        let model = try StoredModel(path: source)
        let output = try ModelOutput(
            texts: [("config.json", model.configBytes)],
            tensors: model.tensors.map {
                ModelOutput.Tensor(name: $0.name, shape: $0.shape, format: $0.format)
            }, division: .byName(model.tensors.map(\.file)))
        try output.write(directory: target) { try model.numbers(of: model.tensors[$0].name) }
        for name in ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] {
            let files = [source, target].map {
                FileManager.default.contents(atPath: "\($0)/\(name)")
            }
            #expect(files[0] == files[1])
        }
        #expect(try StoredModel(path: target).tensors.count == model.tensors.count)
    }

    @Test("has an index if its one file has another name than usual")
    func oneShard() throws {
        let directory = try TemporaryDirectory()
        let target = directory.file("target")
        let output = try ModelOutput(
            texts: [("config.json", Array("{}".utf8))],
            tensors: [ModelOutput.Tensor(name: "x", shape: [2], format: .float32)],
            division: .byName(["model-00001-of-00001.safetensors"]))
        try output.write(directory: target) { _ in FloatView(copying: [1, 2]) }
        #expect(try StoredModel(path: target).numbers(of: "x").array == [1, 2])
    }

    @Test("of any architecture may tie its output projection to its embedding")
    func ties() throws {
        let embedding = ("transformer.wte.weight", [Float](repeating: 3, count: 4))
        let tied = try model("{\"tie_word_embeddings\": true}", [embedding])
        #expect(tied.tiedHead == "transformer.wte.weight")
        let untied = try model("{\"tie_word_embeddings\": false}", [embedding])
        #expect(untied.tiedHead == nil)
        let repeated = try model(
            "{\"tie_word_embeddings\": true}", [embedding, ("lm_head.weight", embedding.1)])
        #expect(repeated.tensors.map(\.name) == ["transformer.wte.weight"])
        #expect(throws: MalformedInput.self) {
            try model(
                "{\"tie_word_embeddings\": true}", [embedding, ("lm_head.weight", [1, 2, 3, 4])])
        }
    }

    @Test("is not written with numbers that are not finite")
    func infinite() throws {
        #expect(throws: MalformedInput.self) {
            try model("{}", [("x", [.infinity])])
        }
    }

    /// A model of these vectors, written and opened.
    private func model(
        _ config: String, _ tensors: [(name: String, numbers: [Float])]
    ) throws -> StoredModel {
        let directory = try TemporaryDirectory()
        let target = directory.file("model")
        let output = try ModelOutput(
            texts: [("config.json", Array(config.utf8))],
            tensors: tensors.map {
                ModelOutput.Tensor(name: $0.name, shape: [$0.numbers.count], format: .float32)
            }, division: .bySize(1_000))
        try output.write(directory: target) { FloatView(copying: tensors[$0].numbers) }
        return try StoredModel(path: target)
    }
}

import Artifacts
import Encodings
import Foundation
import LanguageModel
import ModelFiles
import Numerics
import Rounds
import SampleRound
import Storage
import TestFiles

/// A model small enough to write down, as a Hugging Face directory, and ways to damage it.
struct SampleModel {
    var configuration: ModelConfiguration
    var format = FloatFormat.float32
    var config: [String: JSON] = [:]
    var generation: String?

    /// A model of two layers with grouped queries; its vocabulary is larger than the tokenizer's.
    init(tied: Bool = true, intermediateSize: Int = 64) throws {
        configuration = try ModelConfiguration(
            vocabularySize: 288, hiddenSize: 32, intermediateSize: intermediateSize, layerCount: 2,
            headCount: 4, keyValueHeadCount: 2, headSize: 8, contextLength: 64,
            tiesEmbeddings: tied)
    }

    var layout: ParameterLayout { ParameterLayout(configuration) }

    /// A tokenizer of 280 tokens.
    var tokenizer: [UInt8] { SampleRound.first.base.tokenizer }

    /// The weights: sixteenths from −8 to 8, which every format holds exactly, in no simple order.
    var parameters: [Float] {
        (0..<layout.count).map { (index: Int) -> Float in
            let mixed: Int = (index * 167 + index / 251) % 257
            return Float(mixed - 128) / 16
        }
    }

    /// The tensors by name, in `format`.
    var tensors: [String: SafetensorsWriter.Tensor] {
        let numbers = parameters
        let tensors = layout.tensors.map { tensor in
            self.tensor(tensor.name, tensor.shape, Array(numbers[tensor.range]))
        }
        return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    }

    /// A tensor of these numbers in `format`.
    func tensor(
        _ name: String, _ shape: [Int], _ numbers: [Float]
    ) -> SafetensorsWriter.Tensor {
        let bytes =
            switch format {
            case .float32: LittleEndian.bytes(of: numbers)
            case .bfloat16: LittleEndian.bytes(of: numbers.map { UInt16($0.bitPattern >> 16) })
            case .float16: LittleEndian.bytes(of: numbers.map { Float16($0).bitPattern })
            }
        return (name, format.safetensorsType, shape, bytes)
    }

    /// Writes the model to `directory` in one file, with changed `tensors` if given.
    func write(
        to directory: String, tensors: [String: SafetensorsWriter.Tensor]? = nil
    ) throws {
        try writeTexts(to: directory)
        try write(Array((tensors ?? self.tensors).values), to: "\(directory)/model.safetensors")
    }

    /// Writes the model to `directory` in two files, the layers' tensors in the second.
    func writeShards(to directory: String) throws {
        try writeTexts(to: directory)
        var map: [JSONMember] = []
        for number in 1...2 {
            let name = "model-0000\(number)-of-00002.safetensors"
            let tensors = self.tensors.values
                .filter { $0.name.contains(".layers.") == (number == 2) }
            try write(Array(tensors), to: "\(directory)/\(name)")
            map += tensors.map { JSONMember(key: $0.name, value: .string(name)) }
        }
        let index: JSON = ["metadata": ["total_size": 0], "weight_map": .object(map)]
        try write(index, to: "\(directory)/model.safetensors.index.json")
    }

    /// The bundle of the model, without a run.
    func checkpoint(_ parameters: [Float]? = nil) -> Checkpoint {
        Checkpoint(
            configuration: configuration,
            parameters: FloatStorage(copying: parameters ?? self.parameters), outerMomentum: nil,
            tokenizer: tokenizer, endToken: 0,
            lineage: Lineage(run: nil, round: 0, parent: nil, contributions: []))
    }

    /// The file `name` of the directory, as text.
    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    private func writeTexts(to directory: String) throws {
        var members =
            configuration.huggingFaceConfig(beginningToken: 0, endToken: 0).object ?? []
        for (key, value) in config {
            members.removeAll { $0.key == key }
            members.append(JSONMember(key: key, value: value))
        }
        try write(.object(members), to: "\(directory)/config.json")
        try Data(tokenizer).write(to: URL(filePath: "\(directory)/tokenizer.json"))
        if let generation {
            try Data(generation.utf8)
                .write(to: URL(filePath: "\(directory)/generation_config.json"))
        }
    }

    private func write(_ json: JSON, to path: String) throws {
        try Data(json.prettyBytes()).write(to: URL(filePath: path))
    }

    func write(_ tensors: [SafetensorsWriter.Tensor], to path: String) throws {
        try Data(SafetensorsWriter.encode(tensors: tensors, metadata: [("format", "pt")]))
            .write(to: URL(filePath: path))
    }
}

import Artifacts
import Encodings
import Foundation
import LanguageModel
import ModelFiles
import Numerics
import Rounds
import SampleRound
import Storage
import Tokenization

extension FuzzedParser {
    /// A Hugging Face directory: a byte that says which of its files, and the file.
    static let model = FuzzedParser(
        "model",
        seeds: {
            modelFiles.enumerated().map { number, name in
                [UInt8(number)]
                    + ((try? Files.read(path: path(number, name), limit: 1 << 20)) ?? [])
            }
        },
        { bytes in
            let number = Int(bytes.first ?? 0) % modelFiles.count
            try Data(bytes.dropFirst()).write(to: URL(filePath: path(number, modelFiles[number])))
            do {
                let model = try ModelDirectory(path: Files.join(modelDirectories, "\(number)"))
                let parameters = try model.parameters()
                expect(
                    parameters.count == ParameterLayout(model.configuration).count, "all weights")
                _ = try StoredModel(path: model.path)
            } catch let failure as SystemFailure where failure.code == ENOENT {
                // The index may name a file that is not there.
                throw MalformedInput(failure.description)
            }
        })

    /// The `tokenizer.json` that becomes part of a GGUF file, which is written but never read.
    static let vocabulary = FuzzedParser(
        "vocabulary", seeds: { [SampleCorpus.tokenizer.tokenizerJSON()] },
        { bytes in
            let base = SampleRound.first.base
            let checkpoint = Checkpoint(
                configuration: base.configuration, parameters: base.parameters,
                outerMomentum: nil, tokenizer: bytes, endToken: nil, lineage: base.lineage)
            var sink = MemorySink()
            try ModelExport(checkpoint).writeGGUF(to: &sink, format: .float32)
        })

    private static let modelFiles = [
        "config.json", "generation_config.json", "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
    ]

    private static func path(_ number: Int, _ name: String) -> String {
        Files.join(Files.join(modelDirectories, "\(number)"), name)
    }

    /// A directory of the small model for each file that is replaced.
    private static let modelDirectories: String = {
        let name = "nous-fuzz-\(UUID().uuidString)"
        let path = FileManager.default.temporaryDirectory.appending(path: name).path
        do {
            try Files.makeDirectory(path)
            for number in modelFiles.indices {
                try ModelExport(smallCheckpoint).write(
                    directory: Files.join(path, "\(number)"), format: .float32,
                    shardSize: 2 * smallCheckpoint.parameters.count + 64)
            }
        } catch {
            preconditionFailure("a temporary directory: \(error)")
        }
        atexit { try? Files.removeTree(FuzzedParser.modelDirectories) }
        return path
    }()
}

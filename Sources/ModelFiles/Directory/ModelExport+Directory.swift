package import Encodings
import LanguageModel
import Numerics
import Rounds

extension ModelExport {
    /// Makes `directory` a Hugging Face directory of the model, all of it at once.
    ///
    /// A directory that holds the very files already stays as it is; one that holds anything else
    /// is refused with `EEXIST`.
    package func write(directory: String, format: FloatFormat, shardSize: Int) throws {
        let tensors = checkpoint.layout.tensors
        let output = try ModelOutput(
            texts: texts(format),
            tensors: tensors.map {
                ModelOutput.Tensor(name: $0.name, shape: $0.shape, format: format)
            }, division: .bySize(shardSize))
        try output.write(directory: directory) { number in
            checkpoint.parameters.view[tensors[number].range]
        }
    }

    /// The small files.
    private func texts(_ format: FloatFormat) -> [(name: String, bytes: [UInt8])] {
        let generation = checkpoint.generation
        let config = generation.completing(
            checkpoint.configuration.huggingFaceConfig(
                beginningToken: generation.beginningToken, endToken: generation.endToken))
        return [
            ("config.json", format.stated(in: config).prettyBytes()),
            ("generation_config.json", generation.file.prettyBytes()),
            ("tokenizer.json", checkpoint.tokenizer),
        ]
    }
}

extension FloatFormat {
    /// A `config.json` with this as the type of the numbers in the files.
    package func stated(in config: JSON) -> JSON {
        var members = config.object ?? []
        for index in members.indices where ["torch_dtype", "dtype"].contains(members[index].key) {
            members[index].value = .string(rawValue)
        }
        return .object(members)
    }
}

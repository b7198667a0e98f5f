import Encodings
import LanguageModel
import Numerics
import Rounds
package import Storage

extension ModelExport {
    /// Writes the model as a GGUF file for llama.cpp and its like; see docs/formats/gguf.md.
    package func writeGGUF(
        to sink: inout some ByteSink & ~Copyable, format: GGUFFormat
    ) throws {
        var file = GGUFFile()
        addParameters(to: &file.metadata, format)
        try addVocabulary(to: &file.metadata)
        try refuseScaling()
        file.tensors = try tensors(format)
        try file.write(to: &sink)
    }

    /// The architecture, as llama.cpp names it.
    private var architecture: String {
        switch checkpoint.configuration.family {
        case .llama, .mistral: "llama"
        case .qwen2: "qwen2"
        }
    }

    private func addParameters(to metadata: inout GGUFMetadata, _ format: GGUFFormat) {
        let model = checkpoint.configuration
        let prefix = architecture
        metadata.add("general.architecture", architecture)
        metadata.add("general.type", "model")
        metadata.add("general.file_type", format.fileType)
        metadata.add("general.quantization_version", 2)
        metadata.add("\(prefix).vocab_size", model.vocabularySize)
        metadata.add("\(prefix).context_length", model.contextLength)
        metadata.add("\(prefix).embedding_length", model.hiddenSize)
        metadata.add("\(prefix).block_count", model.layerCount)
        metadata.add("\(prefix).feed_forward_length", model.intermediateSize)
        metadata.add("\(prefix).attention.head_count", model.headCount)
        metadata.add("\(prefix).attention.head_count_kv", model.keyValueHeadCount)
        metadata.add("\(prefix).attention.key_length", model.headSize)
        metadata.add("\(prefix).attention.value_length", model.headSize)
        metadata.add("\(prefix).attention.layer_norm_rms_epsilon", model.normEpsilon)
        metadata.add("\(prefix).rope.dimension_count", model.headSize)
        metadata.add("\(prefix).rope.freq_base", Float(model.ropeTheta))
        addScaling(to: &metadata, architecture: prefix)
    }

    private func addVocabulary(to metadata: inout GGUFMetadata) throws(MalformedInput) {
        let vocabulary: GGUFVocabulary
        let count = checkpoint.configuration.vocabularySize
        do throws(MalformedInput) {
            vocabulary = try GGUFVocabulary(parsing: checkpoint.tokenizer, count: count)
        } catch {
            throw error.within("tokenizer.json")
        }
        metadata.add("tokenizer.ggml.model", vocabulary.model)
        metadata.add("tokenizer.ggml.pre", vocabulary.preTokenizer)
        metadata.add("tokenizer.ggml.tokens", vocabulary.tokens)
        metadata.add("tokenizer.ggml.token_type", vocabulary.types.map(\.rawValue))
        if vocabulary.model == "llama" {
            metadata.add("tokenizer.ggml.scores", vocabulary.scores)
            metadata.add("tokenizer.ggml.add_space_prefix", vocabulary.addsSpace)
        } else {
            metadata.add("tokenizer.ggml.merges", vocabulary.merges)
        }
        let generation = checkpoint.generation
        for (name, token) in [
            ("bos", generation.beginningToken), ("eos", generation.endToken),
            ("padding", generation.paddingToken),
        ] {
            guard let token, token < count else { continue }
            metadata.add("tokenizer.ggml.\(name)_token_id", token)
        }
        metadata.add("tokenizer.ggml.add_bos_token", vocabulary.addsBeginning)
        metadata.add("tokenizer.ggml.add_eos_token", vocabulary.addsEnd)
    }

    private func tensors(_ format: GGUFFormat) throws(MalformedInput) -> [GGUFTensor] {
        var tensors: [GGUFTensor] = []
        for tensor in checkpoint.layout.tensors {
            guard let name = GGUFTensor.name(of: tensor.name) else {
                throw MalformedInput("tensor '\(tensor.name)' has no equal in llama.cpp")
            }
            let isRotated = name.contains(".attn_q.") || name.contains(".attn_k.")
            let isInterleaved = isRotated && architecture == "llama"
            tensors.append(
                GGUFTensor(
                    name: name, shape: tensor.shape, format: format,
                    values: checkpoint.parameters.view[tensor.range],
                    headSize: isInterleaved ? checkpoint.configuration.headSize : nil))
        }
        if let frequencyFactors { tensors.append(frequencyFactors) }
        return tensors
    }
}

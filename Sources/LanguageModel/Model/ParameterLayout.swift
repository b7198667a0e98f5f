/// One named tensor of a model: its Hugging Face name, its shape, and where it lies.
package struct ParameterTensor: Sendable, Equatable {
    /// The name `transformers` gives it.
    package let name: String
    /// Rows and columns of a matrix (`[out, in]`), or the one size of a vector.
    package let shape: [Int]
    /// Its elements in the flat buffer, row after row.
    package let range: Range<Int>
    /// Whether weight decay applies: to matrices, not to vectors.
    package let decays: Bool

    /// Describes one tensor.
    package init(name: String, shape: [Int], range: Range<Int>, decays: Bool) {
        self.name = name
        self.shape = shape
        self.range = range
        self.decays = decays
    }
}

/// Where every parameter of a model lies in one flat buffer.
///
/// The order is fixed: embedding; for each layer the input norm, the query, key, value and output
/// projections, the second norm, the gate, up and down projections; the final norm; the output
/// projection unless tied. Neighbours that read the same input are products of one matrix:
/// query, key and value `[(H + 2G)·D, C]`, gate and up `[2F, C]`. Where the first three have biases,
/// those follow the value projection, as one vector.
package struct ParameterLayout: Sendable, Equatable {
    /// Every tensor, in the order of the buffer and without gaps.
    package let tensors: [ParameterTensor]
    /// Elements of the whole buffer.
    package let count: Int

    /// The layout of one model.
    package init(_ configuration: ModelConfiguration) {
        var builder = Builder()
        builder.add(configuration)
        tensors = builder.tensors
        count = builder.count
    }

    private struct Builder {
        var tensors: [ParameterTensor] = []
        var count = 0

        mutating func add(_ name: String, _ shape: Int...) {
            let range = count..<count + shape.reduce(1, *)
            tensors.append(
                ParameterTensor(name: name, shape: shape, range: range, decays: shape.count == 2))
            count = range.upperBound
        }

        mutating func add(_ model: ModelConfiguration) {
            add("model.embed_tokens.weight", model.vocabularySize, model.hiddenSize)
            for layer in 0..<model.layerCount { add(layer: layer, of: model) }
            add("model.norm.weight", model.hiddenSize)
            if !model.tiesEmbeddings {
                add("lm_head.weight", model.vocabularySize, model.hiddenSize)
            }
        }

        mutating func add(layer: Int, of model: ModelConfiguration) {
            let (prefix, C, F) = ("model.layers.\(layer)", model.hiddenSize, model.intermediateSize)
            add("\(prefix).input_layernorm.weight", C)
            add("\(prefix).self_attn.q_proj.weight", model.querySize, C)
            add("\(prefix).self_attn.k_proj.weight", model.keyValueSize, C)
            add("\(prefix).self_attn.v_proj.weight", model.keyValueSize, C)
            if model.family.hasAttentionBias {
                add("\(prefix).self_attn.q_proj.bias", model.querySize)
                add("\(prefix).self_attn.k_proj.bias", model.keyValueSize)
                add("\(prefix).self_attn.v_proj.bias", model.keyValueSize)
            }
            add("\(prefix).self_attn.o_proj.weight", C, model.querySize)
            add("\(prefix).post_attention_layernorm.weight", C)
            add("\(prefix).mlp.gate_proj.weight", F, C)
            add("\(prefix).mlp.up_proj.weight", F, C)
            add("\(prefix).mlp.down_proj.weight", C, F)
        }
    }
}

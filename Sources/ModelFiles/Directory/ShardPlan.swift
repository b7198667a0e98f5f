import Encodings
import LanguageModel

/// How the tensors of a model are divided between files, as `transformers` divides them.
struct ShardPlan {
    /// A file and its tensors.
    struct File {
        let name: String
        let tensors: [ParameterTensor]
    }

    /// The files in their order.
    let files: [File]

    /// The index, or nil if one file holds everything.
    let index: JSON?

    /// Fills one file after the other, none of more than `limit` bytes of numbers unless by a
    /// single tensor, in the order of the libraries' models.
    init(_ layout: ParameterLayout, format: FloatFormat, limit: Int) {
        var shards: [[ParameterTensor]] = []
        var current: [ParameterTensor] = []
        var size = 0
        for tensor in Self.ordered(layout) {
            let count = tensor.range.count * format.size
            if count > limit {
                shards.append([tensor])
                continue
            }
            if size + count > limit {
                shards.append(current)
                current = []
                size = 0
            }
            current.append(tensor)
            size += count
        }
        if !current.isEmpty { shards.append(current) }
        guard shards.count > 1 else {
            files = [File(name: WeightFiles.single, tensors: shards.first ?? [])]
            index = nil
            return
        }
        let total = Self.fiveDigits(shards.count)
        files = shards.enumerated().map { number, tensors in
            let name = "model-\(Self.fiveDigits(number + 1))-of-\(total).safetensors"
            return File(name: name, tensors: tensors)
        }
        index = Self.index(files, layout, format)
    }

    private static func index(
        _ files: [File], _ layout: ParameterLayout, _ format: FloatFormat
    ) -> JSON {
        let map = files.flatMap { file in
            file.tensors.map { JSONMember(key: $0.name, value: .string(file.name)) }
        }
        return [
            "metadata": [
                "total_parameters": .integer(Int64(layout.count)),
                "total_size": .integer(Int64(layout.count * format.size)),
            ],
            "weight_map": .object(map.sorted { $0.key.precedesByBytes($1.key) }),
        ]
    }

    /// The layout's tensors with each layer's attention first, then its feed-forward, then norms.
    private static func ordered(_ layout: ParameterLayout) -> [ParameterTensor] {
        let keyed = layout.tensors.enumerated().map { (key: key($1.name, $0), tensor: $1) }
        return keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.tensor)
    }

    private static func key(_ name: String, _ place: Int) -> [Int] {
        let parts = name.split(separator: ".")
        guard parts.count > 3, parts[1] == "layers", let layer = Int(parts[2]) else {
            return [name.hasPrefix("model.embed_tokens") ? 0 : 2, place]
        }
        let order = ["self_attn", "mlp", "input_layernorm", "post_attention_layernorm"]
        return [1, layer, order.firstIndex(of: String(parts[3])) ?? order.count, place]
    }

    private static func fiveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

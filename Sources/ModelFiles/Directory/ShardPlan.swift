import Encodings

/// How the tensors of a model are divided between files, as `transformers` divides them.
struct ShardPlan {
    /// A file and the numbers of its tensors.
    struct File {
        let name: String
        var tensors: [Int]
    }

    /// The files in their order.
    let files: [File]

    /// The index, or nil if one file holds everything.
    let index: JSON?

    /// Divides `tensors`; by size in the order of the libraries' models, one file after the other.
    init(_ tensors: [ModelOutput.Tensor], _ division: ModelOutput.Division) {
        let files =
            switch division {
            case .bySize(let limit): Self.filled(tensors, limit)
            case .byName(let names): Self.named(names)
            }
        self.files = files
        let isSingle = files.map(\.name) == [WeightFiles.single]
        index = isSingle ? nil : Self.index(files, tensors)
    }

    /// Fills files, none with more than `limit` bytes of numbers unless by a single tensor.
    private static func filled(_ tensors: [ModelOutput.Tensor], _ limit: Int) -> [File] {
        var shards: [[Int]] = []
        var current: [Int] = []
        var size = 0
        for number in ordered(tensors) {
            let count = tensors[number].byteCount
            if count > limit {
                shards.append([number])
                continue
            }
            if size + count > limit {
                shards.append(current)
                current = []
                size = 0
            }
            current.append(number)
            size += count
        }
        if !current.isEmpty { shards.append(current) }
        guard shards.count > 1 else {
            return [File(name: WeightFiles.single, tensors: shards.first ?? [])]
        }
        let total = fiveDigits(shards.count)
        return shards.enumerated().map { number, tensors in
            let name = "model-\(fiveDigits(number + 1))-of-\(total).safetensors"
            return File(name: name, tensors: tensors)
        }
    }

    /// Files by the name that each tensor's has.
    private static func named(_ names: [String]) -> [File] {
        let numbers = Dictionary(grouping: names.indices) { names[$0] }
        return numbers.map { File(name: $0, tensors: $1) }
            .sorted { $0.name.precedesByBytes($1.name) }
    }

    private static func index(_ files: [File], _ tensors: [ModelOutput.Tensor]) -> JSON {
        let map = files.flatMap { file in
            file.tensors.map { JSONMember(key: tensors[$0].name, value: .string(file.name)) }
        }
        return [
            "metadata": [
                "total_parameters": .integer(Int64(tensors.reduce(0) { $0 + $1.count })),
                "total_size": .integer(Int64(tensors.reduce(0) { $0 + $1.byteCount })),
            ],
            "weight_map": .object(map.sorted { $0.key.precedesByBytes($1.key) }),
        ]
    }

    /// The tensors with each layer's attention first, then its feed-forward, then norms.
    private static func ordered(_ tensors: [ModelOutput.Tensor]) -> [Int] {
        let keyed = tensors.enumerated().map { (key: key($1.name, $0), number: $0) }
        return keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.number)
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

import Foundation
import LanguageModel

/// The decoder written plainly in double precision with the host's mathematics, to differentiate
/// numerically.
struct ReferenceDecoder {
    let model: ModelConfiguration
    let tensors: [String: [Double]]
    /// The coefficient of the squared logarithm of the softmax's sum in each loss.
    let zLoss: Double

    init(_ model: ModelConfiguration, _ parameters: [Double], zLoss: Double = 0) {
        self.model = model
        self.zLoss = zLoss
        let pairs = ParameterLayout(model).tensors.map { ($0.name, Array(parameters[$0.range])) }
        tensors = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// The mean loss of all predicted tokens.
    func meanLoss(_ sequences: [TokenSequence]) -> Double {
        let losses = sequences.flatMap { self.losses($0) }
        return losses.reduce(0, +) / Double(losses.count)
    }

    /// The loss of each predicted token of one sequence.
    func losses(_ sequence: TokenSequence) -> [Double] {
        let (C, V) = (model.hiddenSize, model.vocabularySize)
        let embedding = weight("model.embed_tokens")
        // The number of each token's segment; those of padding have none to predict.
        let segments = sequence.segments ?? [sequence.tokens.count]
        let numbers = segments.enumerated().flatMap { Array(repeating: $0, count: $1) }
        let padding = sequence.tokens.count - numbers.count
        let owners = numbers + Array(repeating: -1, count: padding)
        let visible = sequence.resetsAttention ? owners : owners.map { _ in 0 }
        var x = sequence.tokens.dropLast().map { token in
            Array(embedding[Int(token) * C..<(Int(token) + 1) * C])
        }
        for layer in 0..<model.layerCount { run(layer, &x, visible) }
        let head = model.tiesEmbeddings ? embedding : weight("lm_head")
        return x.indices.filter { owners[$0] >= 0 && owners[$0] == owners[$0 + 1] }.map { place in
            let (row, target) = (x[place], sequence.tokens[place + 1])
            let logits = multiply(normalize(row, weight("model.norm")), head, rows: V)
            let greatest = logits.max() ?? 0
            let sum = logits.reduce(0) { $0 + exp($1 - greatest) }
            let normalizer = log(sum) + greatest
            return normalizer - logits[Int(target)] + zLoss * normalizer * normalizer
        }
    }

    private func run(_ layer: Int, _ x: inout [[Double]], _ segments: [Int]) {
        let prefix = "model.layers.\(layer)."
        let attended = attention(
            prefix, x.map { normalize($0, weight(prefix + "input_layernorm")) }, segments)
        for (token, row) in attended.enumerated() { add(row, to: &x[token]) }
        for token in x.indices {
            let input = normalize(x[token], weight(prefix + "post_attention_layernorm"))
            let F = model.intermediateSize
            let gate = multiply(input, weight(prefix + "mlp.gate_proj"), rows: F)
            let up = multiply(input, weight(prefix + "mlp.up_proj"), rows: F)
            let activated = zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
            let down = weight(prefix + "mlp.down_proj")
            add(multiply(activated, down, rows: model.hiddenSize), to: &x[token])
        }
    }

    private func attention(
        _ prefix: String, _ inputs: [[Double]], _ segments: [Int]
    ) -> [[Double]] {
        let (H, G, D) = (model.headCount, model.keyValueHeadCount, model.headSize)
        let name = prefix + "self_attn."
        let rotation = RotaryFrequencies(model, length: inputs.count)
        let starts = inputs.indices.map { segments.firstIndex(of: segments[$0]) ?? 0 }
        let queries = inputs.enumerated().map { place, row in
            rotate(project(row, name + "q_proj", rows: H * D), place - starts[place], rotation)
        }
        let keys = inputs.enumerated().map { place, row in
            rotate(project(row, name + "k_proj", rows: G * D), place - starts[place], rotation)
        }
        let values = inputs.map { project($0, name + "v_proj", rows: G * D) }
        return inputs.indices.map { token in
            var output = [Double](repeating: 0, count: H * D)
            for head in 0..<H {
                let group = head / (H / G)
                let scores = (starts[token]...token).map { key in
                    (0..<D).reduce(0.0) {
                        $0 + queries[token][head * D + $1] * keys[key][group * D + $1]
                    } / Double(D).squareRoot()
                }
                let powers = scores.map { exp($0 - (scores.max() ?? 0)) }
                let sum = powers.reduce(0, +)
                for (key, power) in powers.enumerated() {
                    for i in 0..<D {
                        output[head * D + i] +=
                            power / sum * values[starts[token] + key][group * D + i]
                    }
                }
            }
            return multiply(output, weight(name + "o_proj"), rows: model.hiddenSize)
        }
    }

    private func rotate(
        _ row: [Double], _ position: Int, _ rotation: RotaryFrequencies
    ) -> [Double] {
        let (D, half) = (model.headSize, model.headSize / 2)
        var rotated = row
        for head in stride(from: 0, to: row.count, by: D) {
            for pair in 0..<half {
                let angle = Double(position) * rotation.values[pair]
                let (c, s) = (cos(angle) * rotation.amplitude, sin(angle) * rotation.amplitude)
                let (low, high) = (row[head + pair], row[head + pair + half])
                rotated[head + pair] = low * c - high * s
                rotated[head + pair + half] = high * c + low * s
            }
        }
        return rotated
    }

    private func normalize(_ row: [Double], _ weight: [Double]) -> [Double] {
        let mean = row.reduce(0) { $0 + $1 * $1 } / Double(row.count)
        let factor = 1 / (mean + Double(model.normEpsilon)).squareRoot()
        return zip(row, weight).map { $0 * factor * $1 }
    }

    /// The projection `name` of a row, with its bias if there is one.
    private func project(_ row: [Double], _ name: String, rows: Int) -> [Double] {
        let product = multiply(row, weight(name), rows: rows)
        guard let bias = tensors[name + ".bias"] else { return product }
        return zip(product, bias).map { $0 + $1 }
    }

    private func multiply(_ row: [Double], _ matrix: [Double], rows: Int) -> [Double] {
        (0..<rows).map { output in
            row.indices.reduce(0.0) { $0 + row[$1] * matrix[output * row.count + $1] }
        }
    }

    private func add(_ row: [Double], to sum: inout [Double]) {
        for index in row.indices { sum[index] += row[index] }
    }

    private func weight(_ name: String) -> [Double] { tensors[name + ".weight"] ?? [] }
}

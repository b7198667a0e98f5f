package import LanguageModel
import Numerics

/// Sections 3 and 4 of `docs/model.md` for one sequence at a time, as plain scalar loops.
package struct SpecifiedDecoder {
    private let model: ModelConfiguration
    private let precision: Precision
    private let weights: [Rows]
    private var gradients: [Rows]
    private var lookup: Rows
    /// The losses of all predicted tokens so far.
    package private(set) var losses: [Float] = []

    /// The model of these parameters, in the order of the flat buffer.
    package init(
        _ model: ModelConfiguration, _ parameters: [Float], _ precision: Precision = .float32
    ) {
        self.model = model
        self.precision = precision
        weights = ParameterLayout(model).tensors.map { tensor in
            let width = tensor.shape[tensor.shape.count - 1]
            return stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: width)
                .map { Array(parameters[$0..<$0 + width]) }
        }
        gradients = weights.map { $0.map { $0.map { _ in 0 } } }
        lookup = gradients[0]
    }

    /// The gradients of the whole step in the order of the flat buffer.
    package var flatGradient: [Float] {
        var all = gradients
        for (row, addends) in lookup.enumerated() {
            for (column, addend) in addends.enumerated() { all[0][row][column] += addend }
        }
        return all.flatMap { $0.flatMap { $0 } }
    }

    private var head: Int { model.tiesEmbeddings ? 0 : weights.count - 1 }
    private var finalNorm: Int { 1 + layerSize * model.layerCount }
    /// Tensors of a layer.
    private var layerSize: Int { model.family.hasAttentionBias ? 12 : 9 }

    /// Adds one sequence's losses and gradients.
    package mutating func run(_ sequence: TokenSequence, lossScale: Float, zLoss: Float = 0) {
        let tokens = sequence.tokens.dropLast().map { Int($0) }
        let places = SpecifiedPlaces(sequence)
        var x = tokens.map { weights[0][$0] }
        var states: [LayerState] = []
        for layer in 0..<model.layerCount {
            let state = LayerState(layerWeights(layer), x, places.starts, model, precision)
            x = state.output
            states.append(state)
        }
        let targets = sequence.tokens.dropFirst().enumerated().map {
            places.isPredicted[$0] ? Int($1) : nil
        }
        var dx = runHead(x, targets, lossScale, zLoss)
        for layer in (0..<model.layerCount).reversed() {
            let first = 1 + layerSize * layer
            var part = Array(gradients[first..<first + layerSize])
            states[layer].backward(&dx, layerWeights(layer), &part, model)
            gradients.replaceSubrange(first..<first + layerSize, with: part)
        }
        for (token, row) in zip(tokens, dx) {
            for column in row.indices { lookup[token][column] += row[column] }
        }
    }

    private func layerWeights(_ layer: Int) -> [Rows] {
        Array(weights[1 + layerSize * layer..<1 + layerSize * (layer + 1)])
    }

    private mutating func runHead(
        _ x: Rows, _ targets: [Int?], _ scale: Float, _ zLoss: Float
    ) -> Rows {
        let norm = SpecifiedNorm(x, weights[finalNorm][0], model.normEpsilon, precision)
        var dz: Rows = []
        for (z, target) in zip(project(norm.output, weights[head]), targets) {
            guard let target else {
                dz.append(z.map { _ in 0 })
                continue
            }
            let m = z.max() ?? 0
            let e = z.map { ElementaryFunctions.exp($0 - m) }
            let sum = laneSum(e)
            losses.append(ElementaryFunctions.log(sum) - (z[target] - m))
            var reciprocal = 1 / sum
            if zLoss != 0 {
                reciprocal *= fma(2 * zLoss, ElementaryFunctions.log(sum) + m, 1)
            }
            var row = e.map { $0 * reciprocal * scale }
            row[target] = (e[target] * reciprocal - 1) * scale
            dz.append(row)
        }
        let dh = projectBack(dz, weights[head])
        addOuter(dz, norm.output, to: &gradients[head])
        var dx = x.map { $0.map { _ in Float(0) } }
        norm.backward(dh, addingTo: &dx, &gradients[finalNorm][0])
        return dx
    }
}

/// Of each of the T tokens read, where its segment starts and whether the next one is predicted.
private struct SpecifiedPlaces {
    private(set) var starts: [Int] = []
    private(set) var isPredicted: [Bool] = []

    init(_ sequence: TokenSequence) {
        let T = sequence.tokens.count - 1
        var ends: [Int] = []
        for length in sequence.segments ?? [T + 1] { ends.append((ends.last ?? 0) + length) }
        for n in 0..<T {
            // Behind the last end there is padding, which is a segment of its own.
            isPredicted.append(n + 1 < ends.last ?? 0 && !ends.contains(n + 1))
            let start = sequence.resetsAttention ? ends.last { $0 <= n } : nil
            starts.append(start ?? 0)
        }
    }
}

/// norm(x, w) and its gradient.
struct SpecifiedNorm {
    let x: Rows
    let weight: [Float]
    let reciprocals: [Float]
    let precision: Precision

    init(_ x: Rows, _ weight: [Float], _ epsilon: Float, _ precision: Precision) {
        self.x = x
        self.precision = precision
        self.weight = weight
        reciprocals = x.map { row in
            1 / (laneSum(row, row) / Float(row.count) + epsilon).squareRoot()
        }
    }

    var output: Rows {
        rounded(
            zip(x, reciprocals).map { row, r in zip(row, weight).map { $0 * r * $1 } }, precision)
    }

    func backward(_ dy: Rows, addingTo dx: inout Rows, _ dw: inout [Float]) {
        for (token, row) in x.enumerated() {
            let r = reciprocals[token]
            let n = row.map { $0 * r }
            let scaled = zip(dy[token], weight).map { $0 * $1 }
            let mean = laneSum(scaled, n) / Float(row.count)
            for i in row.indices {
                dx[token][i] = fma(r, fma(n[i], -mean, scaled[i]), dx[token][i])
                dw[i] = fma(dy[token][i], n[i], dw[i])
            }
        }
    }
}

import LanguageModel
import Numerics

/// One layer of `SpecifiedDecoder`: steps 1–9 of section 3 and 1–8 of section 4.
struct LayerState {
    let inputNorm: SpecifiedNorm
    let attention: SpecifiedAttention
    let attended: Rows
    let middleNorm: SpecifiedNorm
    let gateUp: Rows
    let activated: Rows
    let output: Rows
    /// Tensors of biases, which stand between the input and the output projections.
    let biases: Int

    /// The forward pass under the layer's tensors, in the order of the buffer; `starts` says which
    /// key is each query's first.
    init(
        _ weights: [Rows], _ x: Rows, _ starts: [Int], _ model: ModelConfiguration,
        _ precision: Precision
    ) {
        let F = model.intermediateSize
        biases = weights.count - 9
        inputNorm = SpecifiedNorm(x, weights[0][0], model.normEpsilon, precision)
        var projected = project(inputNorm.output, weights[1] + weights[2] + weights[3])
        if biases > 0 {
            let bias = weights[4...6].flatMap { $0[0] }
            projected = added(projected, projected.map { _ in bias })
        }
        attention = SpecifiedAttention(projected, starts, model, precision)
        attended = attention.outputs
        let middle = rounded(added(project(attended, weights[4 + biases]), x), precision)
        middleNorm = SpecifiedNorm(middle, weights[5 + biases][0], model.normEpsilon, precision)
        gateUp = rounded(
            project(middleNorm.output, weights[6 + biases] + weights[7 + biases]), precision)
        activated = rounded(
            gateUp.map { row in (0..<F).map { row[$0] * sigmoid(row[$0]) * row[F + $0] } },
            precision)
        output = rounded(added(project(activated, weights[8 + biases]), middle), precision)
    }

    /// Turns `d`, the gradient of the output, into that of the input.
    func backward(
        _ d: inout Rows, _ weights: [Rows], _ gradients: inout [Rows], _ model: ModelConfiguration
    ) {
        let F = model.intermediateSize
        let ds = projectBack(d, weights[8 + biases])
        addOuter(d, activated, to: &gradients[8 + biases])
        let dGateUp = zip(gateUp, ds).map { row, ds in
            let gates = (0..<F).map { i in
                let s = sigmoid(row[i])
                return ds[i] * row[F + i] * (s * fma(row[i], 1 - s, 1))
            }
            return gates + (0..<F).map { ds[$0] * (row[$0] * sigmoid(row[$0])) }
        }
        let db = projectBack(dGateUp, weights[6 + biases] + weights[7 + biases])
        addOuter(dGateUp.map { Array($0.prefix(F)) }, middleNorm.output, to: &gradients[6 + biases])
        addOuter(dGateUp.map { Array($0.suffix(F)) }, middleNorm.output, to: &gradients[7 + biases])
        middleNorm.backward(db, addingTo: &d, &gradients[5 + biases][0])

        let dOutputs = projectBack(d, weights[4 + biases])
        addOuter(d, attended, to: &gradients[4 + biases])
        let dInputs = attention.backward(dOutputs)
        let da = projectBack(dInputs, weights[1] + weights[2] + weights[3])
        var first = 0
        for tensor in 1...3 {
            let width = weights[tensor].count
            let part = dInputs.map { Array($0[first..<first + width]) }
            addOuter(part, inputNorm.output, to: &gradients[tensor])
            if biases > 0 {
                for row in part {
                    for i in row.indices { gradients[tensor + 3][0][i] += row[i] }
                }
            }
            first += width
        }
        inputNorm.backward(da, addingTo: &d, &gradients[0][0])
    }
}

private func added(_ y: Rows, _ x: Rows) -> Rows { zip(y, x).map { zip($0, $1).map { $0 + $1 } } }

private func sigmoid(_ x: Float) -> Float { 1 / (1 + ElementaryFunctions.exp(0 - x)) }

/// Rotation and attention, forward and backward.
struct SpecifiedAttention {
    let model: ModelConfiguration
    /// Rotated queries and keys, and values, side by side.
    let inputs: Rows
    /// The first key of each query, from which positions count.
    let starts: [Int]
    /// p by head, query and key from the query's first on.
    private(set) var probabilities: [Rows] = []
    private(set) var outputs: Rows
    private let scale: Float
    private let rotation: SpecifiedRotation

    init(
        _ projected: Rows, _ starts: [Int], _ model: ModelConfiguration, _ precision: Precision
    ) {
        self.model = model
        self.starts = starts
        let rotation = SpecifiedRotation(model, length: projected.count)
        self.rotation = rotation
        inputs = rounded(
            projected.enumerated().map { rotation.rotated($1, $0 - starts[$0], backward: false) },
            precision)
        outputs = inputs.map { _ in [] }
        scale = 1 / Float(model.headSize).squareRoot()
        let D = model.headSize
        for h in 0..<model.headCount {
            var rows: Rows = []
            for i in inputs.indices {
                let first = starts[i]
                let t = (first...i).map { j in
                    chain(D) { (query(i, h, $0), key(j, h, $0)) } * scale
                }
                let m = t.max() ?? 0
                let e = t.map { ElementaryFunctions.exp($0 - m) }
                let reciprocal = 1 / laneSum(e)
                let p = e.map { $0 * reciprocal }
                outputs[i] += (0..<D).map { d in
                    chain(p.count) { (p[$0], value(first + $0, h, d)) }
                }
                rows.append(p)
            }
            probabilities.append(rows)
        }
        outputs = rounded(outputs, precision)
    }

    func backward(_ dOutputs: Rows) -> Rows {
        let (D, H) = (model.headSize, model.headCount)
        var gradients = inputs.map { $0.map { _ in Float(0) } }
        for h in 0..<H {
            let outputColumns = h * D..<(h + 1) * D
            let (keys, values) = (keyColumn(h), valueColumn(h))
            for i in inputs.indices {
                let dO = Array(dOutputs[i][outputColumns])
                let delta = laneSum(dO, Array(outputs[i][outputColumns]))
                let (p, first) = (probabilities[h][i], starts[i])
                let dt = p.indices.map { j in
                    p[j] * (chain(D) { (dO[$0], value(first + j, h, $0)) } - delta) * scale
                }
                for d in 0..<D {
                    gradients[i][h * D + d] = chain(p.count) { (dt[$0], key(first + $0, h, d)) }
                    for (j, token) in (first...i).enumerated() {
                        let q = query(i, h, d)
                        gradients[token][keys + d] = fma(dt[j], q, gradients[token][keys + d])
                        gradients[token][values + d] = fma(
                            p[j], dO[d], gradients[token][values + d])
                    }
                }
            }
        }
        return gradients.enumerated().map {
            rotation.rotated($1, $0 - starts[$0], backward: true)
        }
    }

    private func keyColumn(_ h: Int) -> Int {
        (model.headCount + h / model.headsPerGroup) * model.headSize
    }
    private func valueColumn(_ h: Int) -> Int { keyColumn(h) + model.keyValueSize }
    private func query(_ i: Int, _ h: Int, _ d: Int) -> Float { inputs[i][h * model.headSize + d] }
    private func key(_ j: Int, _ h: Int, _ d: Int) -> Float { inputs[j][keyColumn(h) + d] }
    private func value(_ j: Int, _ h: Int, _ d: Int) -> Float { inputs[j][valueColumn(h) + d] }
}

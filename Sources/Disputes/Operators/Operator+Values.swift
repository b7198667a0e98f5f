import Numerics

extension Operator {
    /// Some columns of a row of the value, computed from the inputs as docs/model.md says.
    ///
    /// The operator must be sound; one of kind `source` or `state` computes nothing.
    package func values<Inputs: OperatorInputs>(
        row: Int, _ columns: Range<Int>, from inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        switch kind {
        case .source, .state: preconditionFailure("a step begins with \(name)")
        case .chain, .pairedChain, .sumInOrder:
            return try chained(row, columns, inputs)
        case .laneMaximum, .laneSum, .laneProduct, .joinedMaximum, .joinedSum, .norm:
            return try reduced(row, columns, inputs)
        case .transpose, .flatten, .lookup, .lookupGradient:
            return try moved(row, columns, inputs)
        case .rotation: return try rotated(row, columns, inputs)
        case .scores, .scoreSensitivity, .attention, .keyGradient, .headProduct:
            return try attended(row, columns, inputs)
        case .loss, .logitGradient: return try predicted(row, columns, inputs)
        case .largest: return try kept(row, columns, inputs)
        default: return try elementwise(row, columns, inputs)
        }
    }

    private func elementwise<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        var operands: [[Float]] = []
        for input in self.inputs.indices {
            operands.append(try inputs.broadcast(input, row: row, columns))
        }
        return (0..<columns.count).map { column in formula(operands.map { $0[column] }) }
    }

    /// The element that the elements `x` of the inputs give.
    private func formula(_ x: [Float]) -> Float {
        switch kind {
        case .add: return x[0] + x[1]
        case .subtract: return x[0] - x[1]
        case .multiply: return x[0] * x[1]
        case .multiplyAdd: return fused(x[0], x[1], x[2])
        case .reciprocal: return 1 / x[0]
        case .exponential: return ElementaryFunctions.exp(x[0] - x[1])
        case .reciprocalRoot: return 1 / (x[0] / x[1] + x[2]).squareRoot()
        case .divide: return x[0] / x[1]
        case .gate: return x[0] * logistic(x[0]) * x[1]
        case .gateGradient:
            let sigmoid = logistic(x[1])
            return x[0] * x[2] * (sigmoid * fused(x[1], 1 - sigmoid, 1))
        case .upGradient: return x[0] * (x[1] * logistic(x[1]))
        case .normGradient: return fused(x[2], fused(x[1], -x[3], x[0]), x.count > 4 ? x[4] : 0)
        case .scoreGradient: return x[0] * (x[1] - x[2]) * x[3]
        case .zLossReciprocal:
            return x[0] * fused(2 * x[3], ElementaryFunctions.log(x[1]) + x[2], 1)
        case .clipScale:
            let scale = x[1] / (x[0] + 1e-6)
            return scale < 1 ? scale : 1
        case .firstMoment: return fused(x[3], x[0] * x[1] - x[2], x[2])
        case .secondMoment:
            let h = x[0] * x[1]
            return fused(x[3], h * h, x[4] * x[2])
        case .descent:
            let direction = x[1] / (x[2].squareRoot() / x[4] + x[5])
            return fused(x[3], direction, x[0] * x[6])
        default: preconditionFailure("\(kind) is not elementwise")
        }
    }

    private func logistic(_ x: Float) -> Float { 1 / (1 + ElementaryFunctions.exp(0 - x)) }
}

/// a·b + c, rounded once.
func fused(_ a: Float, _ b: Float, _ c: Float) -> Float { ElementaryFunctions.fused(a, b, c) }

extension Operator {
    /// Chains of fused multiply-adds and of additions over k from `settings[0]` to `settings[1]`,
    /// going on from the last input if there is one more.
    private func chained<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let terms = settings[0]..<settings[1]
        let factors = kind == .sumInOrder ? 1 : 2
        var sums = [Float](repeating: 0, count: columns.count)
        if self.inputs.count > factors {
            sums = try inputs.read(factors, row: row, columns)
        }
        let shared = kind == .chain ? try inputs.read(0, row: row, terms) : []
        for (place, column) in columns.enumerated() {
            let last = try inputs.read(factors - 1, row: column, terms)
            if kind == .sumInOrder {
                for x in last { sums[place] += x }
                continue
            }
            let first = kind == .chain ? shared : try inputs.read(0, row: column, terms)
            for k in 0..<terms.count { sums[place] = fused(first[k], last[k], sums[place]) }
        }
        return sums
    }

    private func moved<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        var moved: [Float] = []
        switch kind {
        case .transpose:
            let width = inputs.shape(0).columns
            let first = row / width * settings[0]
            for column in columns {
                moved.append(try inputs.element(0, row: first + column, row % width))
            }
        case .flatten:
            for column in columns {
                moved.append(try flat(row * shape.columns + column, inputs))
            }
        case .lookup:
            let token = try inputs.whole(0, row: 0, row)
            return try inputs.read(1, row: token, columns)
        default: return try lookupGradient(row, columns, inputs)
        }
        return moved
    }

    /// Element `index` of the tensors one after another, the first element of each of which is in
    /// the settings; +0 beyond them.
    private func flat<Inputs: OperatorInputs>(
        _ index: Int, _ inputs: Inputs
    ) throws(Inputs.Failure) -> Float {
        let input = (settings.lastIndex { $0 <= index } ?? 0)
        let (shape, offset) = (inputs.shape(input), index - settings[input])
        guard offset < shape.count else { return 0 }
        return try inputs.element(
            input, row: offset / shape.columns, offset % shape.columns)
    }

    /// The gradients of the tokens of kind `row`, added up in order.
    private func lookupGradient<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let terms = settings[0]..<settings[1]
        let tokens = try inputs.read(1, row: 0, terms)
        var sums = [Float](repeating: 0, count: columns.count)
        if self.inputs.count > 2 { sums = try inputs.read(2, row: row, columns) }
        guard tokens.contains(Float(row)) else { return sums }
        for (place, column) in columns.enumerated() {
            let gradients = try inputs.read(0, row: column, terms)
            for (token, gradient) in zip(tokens, gradients) where token == Float(row) {
                sums[place] += gradient
            }
        }
        return sums
    }
}

extension Operator {
    /// Heads of queries rotated against each other's halves, or back: settings T, D, backward.
    func rotated<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let (T, D, half) = (settings[0], settings[1], settings[1] / 2)
        let start = try inputs.whole(2, row: 2, row)
        let turns = try inputs.read(1, row: row % T - start, 0..<D)
        var rotated: [Float] = []
        for column in columns {
            let (head, pair) = (column / D * D, column % D % half)
            let low = try inputs.element(0, row: row, head + pair)
            let high = try inputs.element(0, row: row, head + pair + half)
            let (cosine, sine) = (turns[pair], turns[half + pair] * (settings[2] == 1 ? -1 : 1))
            rotated.append(
                column % D < half
                    ? fused(low, cosine, -(high * sine)) : fused(high, cosine, low * sine))
        }
        return rotated
    }

    /// Attention and its gradients: settings T, H, G, D; rows of scores are (b, h, i).
    func attended<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let heads = Heads(settings)
        switch kind {
        case .attention: return try mixture(row, columns, heads, inputs)
        case .keyGradient: return try keyGradients(row, columns, heads, inputs)
        case .headProduct:
            let (token, head) = heads.query(row)
            return [
                Operator.laneProduct(
                    try inputs.read(0, row: token, heads.columns(head)),
                    try inputs.read(1, row: token, heads.columns(head)))
            ]
        default: return try scores(row, columns, heads, inputs)
        }
    }

    private struct Heads {
        let T, H, G, D: Int

        init(_ settings: [Int]) {
            (T, H, G, D) = (settings[0], settings[1], settings[2], settings[3])
        }

        /// Query heads that share a key-value head.
        var shared: Int { H / G }

        /// The token and the head of a row of scores.
        func query(_ row: Int) -> (token: Int, head: Int) {
            (row / (T * H) * T + row % T, row / T % H)
        }

        /// The row of scores of a token and a head.
        func scores(_ token: Int, _ head: Int) -> Int { (token / T * H + head) * T + token % T }

        func columns(_ head: Int) -> Range<Int> { head * D..<(head + 1) * D }
    }

    /// q·k of one query and each key it sees: times κ, −∞ elsewhere, or as it is, 0 elsewhere.
    private func scores<Inputs: OperatorInputs>(
        _ row: Int, _ columns: Range<Int>, _ heads: Heads, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let (token, head) = heads.query(row)
        let isScaled = kind == .scores
        let start = try inputs.whole(2, row: 2, token)
        let query = try inputs.read(0, row: token, heads.columns(head))
        let scale = 1 / Float(heads.D).squareRoot()
        var scores: [Float] = []
        for key in columns {
            guard key >= start, key <= token % heads.T else {
                scores.append(isScaled ? -.infinity : 0)
                continue
            }
            let keys = try inputs.read(
                1, row: token - token % heads.T + key, heads.columns(head / heads.shared))
            var sum: Float = 0
            for d in 0..<heads.D { sum = fused(query[d], keys[d], sum) }
            scores.append(isScaled ? sum * scale : sum)
        }
        return scores
    }

    /// Chains over the keys a query sees of weights (b, h, i) times rows (b, g, d) of a transpose.
    private func mixture<Inputs: OperatorInputs>(
        _ token: Int, _ columns: Range<Int>, _ heads: Heads, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let query = token % heads.T
        let seen = min(max(try inputs.whole(2, row: 2, token), 0), query)..<query + 1
        var mixed: [Float] = []
        var weights: (head: Int, values: [Float])?
        for column in columns {
            let head = column / heads.D
            if weights?.head != head {
                weights = (
                    head, try inputs.read(0, row: heads.scores(token, head), seen)
                )
            }
            let group = head / heads.shared * heads.D + column % heads.D
            let values = try inputs.read(
                1, row: token / heads.T * heads.G * heads.D + group, seen)
            mixed.append(Operator.chain(weights?.values ?? [], values, from: 0))
        }
        return mixed
    }

    /// One chain over the heads that share a key and, within a head, the queries that see it, of
    /// rows (b, h, j) of transposed weights times rows (b, h, d) of a transpose.
    private func keyGradients<Inputs: OperatorInputs>(
        _ token: Int, _ columns: Range<Int>, _ heads: Heads, _ inputs: Inputs
    ) throws(Inputs.Failure) -> [Float] {
        let (key, first) = (token % heads.T, token - token % heads.T)
        let starts = try inputs.read(2, row: 2, token..<first + heads.T)
        let seeing = key..<key + (starts.firstIndex { $0 > Float(key) } ?? starts.count)
        var gradients: [Float] = []
        for column in columns {
            let (group, d) = (column / heads.D, column % heads.D)
            var sum: Float = 0
            for head in group * heads.shared..<(group + 1) * heads.shared {
                sum = Operator.chain(
                    try inputs.read(0, row: heads.scores(token, head), seeing),
                    try inputs.read(
                        1, row: token / heads.T * heads.H * heads.D + head * heads.D + d, seeing),
                    from: sum)
            }
            gradients.append(sum)
        }
        return gradients
    }

    private static func chain(_ x: [Float], _ y: [Float], from start: Float) -> Float {
        var sum = start
        for k in x.indices { sum = fused(x[k], y[k], sum) }
        return sum
    }
}

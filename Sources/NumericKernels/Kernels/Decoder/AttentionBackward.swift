import NumericKernels

/// The gradients of one attention group, from what the forward pass left in `group`.
///
/// With δ[i] = Σ in lanes over D of dO·O, and P as in the forward pass (computed again, same bits):
/// dP[i, j] = chain over D of dO[i]·v[j]; dS = (P·(dP − δ))·scale;
/// dQ[i] = chain over keys j ≤ i ascending of dS·k[j];
/// dK[j], dV[j] = chains over the group's heads in order and, within, queries i ≥ j ascending.
func attentionGroupBackward(_ group: AttentionGroup, _ gradients: AttentionGradients) {
    AttentionBackward(group, gradients).run()
}

/// The working memory of one call, carved from the group's scratch.
@safe private struct AttentionBackward {
    let group: AttentionGroup
    let gradients: AttentionGradients
    let T: Int
    let D: Int
    let paddedT: Int
    let paddedD: Int
    let keysTransposed: UnsafeMutablePointer<Float>
    let valuesTransposed: UnsafeMutablePointer<Float>
    let keys: UnsafeMutablePointer<Float>
    let queries: UnsafeMutablePointer<Float>
    let outputGradients: UnsafeMutablePointer<Float>
    let keyGradients: UnsafeMutablePointer<Float>
    let valueGradients: UnsafeMutablePointer<Float>
    let probabilities: UnsafeMutablePointer<Float>
    let scoreGradients: UnsafeMutablePointer<Float>
    let queryGradients: UnsafeMutablePointer<Float>
    let deltas: UnsafeMutablePointer<Float>

    init(_ group: AttentionGroup, _ gradients: AttentionGradients) {
        self.group = group
        self.gradients = gradients
        (T, D) = (group.tokens, group.headSize)
        (paddedT, paddedD) = (T.roundedUpToVectors, D.roundedUpToVectors)
        let (matrix, block) = (paddedT * paddedD, AttentionGroup.queryBlock * paddedT)
        unsafe keysTransposed = group.scratch
        unsafe valuesTransposed = keysTransposed + matrix
        unsafe keys = valuesTransposed + matrix
        unsafe queries = keys + matrix
        unsafe outputGradients = queries + matrix
        unsafe keyGradients = outputGradients + matrix
        unsafe valueGradients = keyGradients + matrix
        unsafe probabilities = valueGradients + matrix
        unsafe scoreGradients = probabilities + block
        unsafe queryGradients = scoreGradients + block
        unsafe deltas = queryGradients + AttentionGroup.queryBlock * paddedD
    }

    func run() {
        unsafe packTransposed(group.keys, group.inputStride, T, D, into: keysTransposed, paddedT)
        unsafe packTransposed(
            group.values, group.inputStride, T, D, into: valuesTransposed, paddedT)
        unsafe pack(group.keys, group.inputStride, T, D, into: keys, paddedD)
        unsafe keyGradients.update(repeating: 0, count: 2 * paddedT * paddedD)
        for head in 0..<group.heads { run(head: head) }
        unsafe copyRows(keyGradients, paddedD, T, D, into: gradients.keys, group.inputStride)
        unsafe copyRows(valueGradients, paddedD, T, D, into: gradients.values, group.inputStride)
    }

    func run(head: Int) {
        let outputs = unsafe group.outputs + head * D
        let outputGradient = unsafe gradients.outputs + head * D
        unsafe pack(group.queries + head * D, group.inputStride, T, D, into: queries, paddedD)
        unsafe pack(outputGradient, group.outputStride, T, D, into: outputGradients, paddedD)
        for query in 0..<T {
            let offset = query * group.outputStride
            unsafe deltas[query] =
                accumulate(D, from: 0) { lanes, start, size in
                    let gradient = unsafe Lanes(outputGradient + offset + start, upTo: size)
                    return unsafe fused(
                        gradient, Lanes(outputs + offset + start, upTo: size), lanes)
                }.sum
        }
        var first = 0
        while first < T {
            let last = min(T, first + AttentionGroup.queryBlock)
            forEachTile(first, last) { query, rows in
                queryTile(query, rows, block: first, head: head)
            }
            forEachTile(0, last) { key, rows in
                keyTile(key, rows, block: first, last)
            }
            first = last
        }
    }

    /// Probabilities and score gradients of some queries, then the gradients of those queries.
    @inline(__always)
    func queryTile(_ query: Int, _ rows: Int, block: Int, head: Int) {
        let p = unsafe probabilities + (query - block) * paddedT
        let dS = unsafe scoreGradients + (query - block) * paddedT
        var scores = unsafe TileOperands(
            a: queries + query * paddedD, rowStep: paddedD, termStep: 1,
            b: keysTransposed, bStride: paddedT, c: p, cStride: paddedT,
            columns: (query + rows).roundedUpToVectors)
        runCausalTile(rows: rows, scores, .full, from: 0, to: D)
        unsafe scores.a = UnsafePointer(outputGradients + query * paddedD)
        unsafe scores.b = UnsafePointer(valuesTransposed)
        unsafe scores.c = dS
        runCausalTile(rows: rows, scores, .full, from: 0, to: D)
        for row in 0..<rows {
            unsafe differentiate(
                p + row * paddedT, dS + row * paddedT, query: query + row, head: head)
        }
        unsafe runCausalTile(
            rows: rows,
            TileOperands(
                a: dS, rowStep: paddedT, termStep: 1, b: keys, bStride: paddedD,
                c: queryGradients, cStride: paddedD, columns: paddedD),
            .lower, from: 0, to: query + 1)
        let target = unsafe gradients.queries + query * group.inputStride + head * D
        unsafe copyRows(queryGradients, paddedD, rows, D, into: target, group.inputStride)
    }

    /// One row: scores become probabilities, gradients of probabilities gradients of scores.
    @inline(__always)
    func differentiate(
        _ p: UnsafeMutablePointer<Float>, _ dS: UnsafeMutablePointer<Float>, query: Int, head: Int
    ) {
        let statistics = unsafe group.statistics + head * 2 * T
        let scale = Lanes(repeating: group.scale)
        let maximum = unsafe Lanes(repeating: statistics[query])
        let normalizer = unsafe Lanes(repeating: statistics[T + query])
        let delta = unsafe Lanes(repeating: deltas[query])
        forEachRun(query + 1) { start, _ in
            let power = unsafe (Lanes(p + start) * scale - maximum).exponential
            let probability = power * normalizer
            unsafe probability.store(p + start)
            unsafe (probability * (Lanes(dS + start) - delta) * scale).store(dS + start)
        }
    }

    /// Carries the chains of some keys and values on over the queries of one block.
    @inline(__always)
    func keyTile(_ key: Int, _ rows: Int, block first: Int, _ last: Int) {
        let (shape, start) = key < first ? (ChainShape.full, 0) : (.upper, key - first)
        var tile = unsafe TileOperands(
            a: probabilities + key, rowStep: 1, termStep: paddedT,
            b: outputGradients + first * paddedD, bStride: paddedD,
            c: valueGradients + key * paddedD, cStride: paddedD, columns: paddedD,
            accumulates: true)
        runCausalTile(rows: rows, tile, shape, from: start, to: last - first)
        unsafe tile.a = UnsafePointer(scoreGradients + key)
        unsafe tile.b = UnsafePointer(queries + first * paddedD)
        unsafe tile.c = keyGradients + key * paddedD
        runCausalTile(rows: rows, tile, shape, from: start, to: last - first)
    }
}

import NumericKernels

/// Causal attention of one group: outputs, and the statistics the backward pass starts from.
///
/// For query i: s[j] = (chain over D of q·k[j])·scale for keys j ≤ i; m = max s; e[j] = exp(s[j] − m);
/// p[j] = e[j]·(1 / Σe) with the sum in lanes; output = chain over keys ascending of p[j]·v[j].
func attentionGroupForward(_ group: AttentionGroup) {
    let (T, D) = (group.tokens, group.headSize)
    let (paddedT, paddedD) = (T.roundedUpToVectors, D.roundedUpToVectors)
    let keys = unsafe group.scratch
    let values = unsafe keys + D.roundedUpToVectors * paddedT
    let scores = unsafe values + paddedT * paddedD
    let output = unsafe scores + causalTileRows * paddedT
    unsafe packTransposed(group.keys, group.inputStride, T, D, into: keys, paddedT)
    unsafe pack(group.values, group.inputStride, T, D, into: values, paddedD)
    for head in 0..<group.heads {
        let queries = unsafe group.queries + head * D
        let maxima = unsafe group.statistics + head * 2 * T
        forEachTile(group.firstQuery, T) { query, rows in
            unsafe runCausalTile(
                rows: rows,
                TileOperands(
                    a: queries + query * group.inputStride, rowStep: group.inputStride,
                    termStep: 1, b: keys, bStride: paddedT, c: scores, cStride: paddedT,
                    columns: (query + rows).roundedUpToVectors),
                .full, from: 0, to: D)
            for row in 0..<rows {
                let (maximum, reciprocal) = unsafe softmax(
                    scores + row * paddedT, query + row + 1, scale: group.scale)
                unsafe maxima[query + row] = maximum
                unsafe maxima[T + query + row] = reciprocal
            }
            unsafe runCausalTile(
                rows: rows,
                TileOperands(
                    a: scores, rowStep: paddedT, termStep: 1, b: values, bStride: paddedD,
                    c: output, cStride: paddedD, columns: paddedD),
                .lower, from: 0, to: query + 1)
            let target = unsafe group.outputs + query * group.outputStride + head * D
            unsafe copyRows(output, paddedD, rows, D, into: target, group.outputStride)
        }
    }
}

/// Turns `count` scores into probabilities in place; gives their maximum and reciprocal sum.
///
/// The row is padded to whole vectors; what lies behind `count` is overwritten.
@inline(__always)
private func softmax(
    _ scores: UnsafeMutablePointer<Float>, _ count: Int, scale: Float
) -> (maximum: Float, reciprocal: Float) {
    let factor = Lanes(repeating: scale)
    let maximum = accumulate(count, from: -.infinity) { best, start, size in
        guard size > 0 else { return best }
        let scaled = unsafe Lanes(scores + start) * factor
        unsafe scaled.store(scores + start)
        return greater(best, scaled.keeping(size, fill: -.infinity))
    }.halved(greater)
    let shift = Lanes(repeating: maximum)
    let sum = accumulate(count, from: 0) { lanes, start, size in
        guard size > 0 else { return lanes }
        let power = unsafe (Lanes(scores + start) - shift).exponential.keeping(size)
        unsafe power.store(scores + start)
        return lanes + power
    }.sum
    let reciprocal = 1 / sum
    let normalizer = Lanes(repeating: reciprocal)
    forEachRun(count) { start, _ in
        unsafe (Lanes(scores + start) * normalizer).store(scores + start)
    }
    return (maximum, reciprocal)
}

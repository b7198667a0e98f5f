/// RMSNorm of `rows` rows of C: r = 1 / √(Σx² / C + ε), y = (x·r)·w; Σ in lanes.
func normalizeRows(
    _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ epsilon: Float,
    _ rows: Int, _ C: Int, _ y: UnsafeMutablePointer<Float>,
    _ reciprocals: UnsafeMutablePointer<Float>
) {
    for row in 0..<rows {
        let (input, output) = unsafe (x + row * C, y + row * C)
        let squares = unsafe reduce(input, input, C, fill: 0, from: 0) { sum, x, _ in
            fused(x, x, sum)
        }.sum
        let reciprocal = 1 / (squares / Float(C) + epsilon).squareRoot()
        unsafe reciprocals[row] = reciprocal
        let factor = Lanes(repeating: reciprocal)
        forEachRun(C) { start, size in
            let scaled = unsafe Lanes(input + start, upTo: size) * factor
            unsafe (scaled * Lanes(weight + start, upTo: size)).store(output + start, upTo: size)
        }
    }
}

/// Adds the gradient of RMSNorm's input to `dx`.
///
/// With g = dy·w and n = x·r: m = (Σ fma(g, n) in lanes) / C; dx ← fma(r, fma(−n, m, g), dx).
func normalizeRowsBackward(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
    _ reciprocals: UnsafePointer<Float>, _ rows: Int, _ C: Int, _ dx: UnsafeMutablePointer<Float>
) {
    for row in 0..<rows {
        let (gradient, input) = unsafe (dy + row * C, x + row * C)
        let output = unsafe dx + row * C
        let factor = unsafe Lanes(repeating: reciprocals[row])
        let sum = accumulate(C, from: 0) { lanes, start, size in
            let g = unsafe Lanes(gradient + start, upTo: size) * Lanes(weight + start, upTo: size)
            return unsafe fused(g, Lanes(input + start, upTo: size) * factor, lanes)
        }.sum
        let minusMean = Lanes(repeating: -(sum / Float(C)))
        forEachRun(C) { start, size in
            let g = unsafe Lanes(gradient + start, upTo: size) * Lanes(weight + start, upTo: size)
            let n = unsafe Lanes(input + start, upTo: size) * factor
            let before = unsafe Lanes(output + start, upTo: size)
            let after = fused(factor, fused(n, minusMean, g), before)
            unsafe after.store(output + start, upTo: size)
        }
    }
}

/// Carries the chains of some of RMSNorm's weights over `rows` rows: dw ← fma(dy, x·r, dw).
///
/// The pointers are those of the first of `columns` weights; rows are C apart.
func normWeightGradientRows(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ reciprocals: UnsafePointer<Float>,
    _ rows: Int, _ C: Int, _ columns: Int, _ dw: UnsafeMutablePointer<Float>
) {
    forEachRun(columns) { start, size in
        var chain = unsafe Lanes(dw + start, upTo: size)
        for row in 0..<rows {
            let factor = unsafe Lanes(repeating: reciprocals[row])
            let n = unsafe Lanes(x + row * C + start, upTo: size) * factor
            chain = unsafe fused(Lanes(dy + row * C + start, upTo: size), n, chain)
        }
        unsafe chain.store(dw + start, upTo: size)
    }
}

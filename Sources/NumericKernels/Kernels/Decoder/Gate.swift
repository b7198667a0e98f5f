/// SwiGLU of `rows` rows `[gate | up]` of 2F: a = (g·σ(g))·u with σ(g) = 1 / (1 + exp(−g)).
func gateRows(
    _ gateUp: UnsafePointer<Float>, _ rows: Int, _ F: Int, _ a: UnsafeMutablePointer<Float>
) {
    for row in 0..<rows {
        let gate = unsafe gateUp + row * 2 * F
        let output = unsafe a + row * F
        forEachRun(F) { start, size in
            let g = unsafe Lanes(gate + start, upTo: size)
            let u = unsafe Lanes(gate + F + start, upTo: size)
            unsafe (g * logistic(g) * u).store(output + start, upTo: size)
        }
    }
}

/// Replaces `[gate | up]` by their gradients, and writes a, computed again.
///
/// With σ = σ(g): du = da·(g·σ); dg = (da·u)·(σ·fma(g, 1 − σ, 1)).
func gateRowsBackward(
    _ da: UnsafePointer<Float>, _ rows: Int, _ F: Int, _ gateUp: UnsafeMutablePointer<Float>,
    _ a: UnsafeMutablePointer<Float>
) {
    let one = Lanes(repeating: 1)
    for row in 0..<rows {
        let gate = unsafe gateUp + row * 2 * F
        forEachRun(F) { start, size in
            let g = unsafe Lanes(gate + start, upTo: size)
            let u = unsafe Lanes(gate + F + start, upTo: size)
            let gradient = unsafe Lanes(da + row * F + start, upTo: size)
            let sigmoid = logistic(g)
            let activated = g * sigmoid
            let slope = sigmoid * fused(g, one - sigmoid, one)
            unsafe (activated * u).store(a + row * F + start, upTo: size)
            unsafe (gradient * u * slope).store(gate + start, upTo: size)
            unsafe (gradient * activated).store(gate + F + start, upTo: size)
        }
    }
}

/// σ(x) = 1 / (1 + exp(0 − x)).
@inline(__always)
private func logistic(_ x: Lanes) -> Lanes {
    let one = Lanes(repeating: 1)
    return one / (one + (Lanes() - x).exponential)
}

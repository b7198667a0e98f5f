/// Cross-entropy of `rows` rows of V logits z against their targets t.
///
/// m = max z, s = Σ exp(z − m) in lanes, loss = log(s) − (z[t] − m). When `differentiates`, the
/// logits become their gradients: (exp(z − m)·(1 / s) − [v = t])·scale.
func crossEntropyRows(
    _ logits: UnsafeMutablePointer<Float>, _ rows: Int, _ V: Int,
    _ targets: UnsafePointer<UInt32>, _ differentiates: Bool, _ scale: Float,
    _ losses: UnsafeMutablePointer<Float>
) {
    for row in 0..<rows {
        let z = unsafe logits + row * V
        let target = unsafe Int(targets[row])
        let maximum = unsafe reduce(z, z, V, fill: -.infinity, from: -.infinity) { best, z, _ in
            greater(best, z)
        }.halved(greater)
        let correct = unsafe z[target] - maximum
        let shift = Lanes(repeating: maximum)
        let sum = accumulate(V, from: 0) { lanes, start, size in
            let power = unsafe (Lanes(z + start, upTo: size) - shift).exponential
                .keeping(size)
            if differentiates { unsafe power.store(z + start, upTo: size) }
            return lanes + power
        }.sum
        unsafe losses[row] = Lanes(repeating: sum).logarithm[0] - correct
        guard differentiates else { continue }
        let reciprocal = Lanes(repeating: 1 / sum)
        let factor = Lanes(repeating: scale)
        let probability = unsafe z[target] * (1 / sum)
        forEachRun(V) { start, size in
            let power = unsafe Lanes(z + start, upTo: size)
            unsafe (power * reciprocal * factor).store(z + start, upTo: size)
        }
        unsafe z[target] = (probability - 1) * scale
    }
}

/// Cross-entropy of `rows` rows of V logits z against their targets t.
///
/// m = max z, s = Σ exp(z − m) in lanes, loss = log(s) − (z[t] − m). When `differentiates`, the
/// logits become their gradients: (exp(z − m)·((1 / s)·κ) − [v = t])·scale, where z-loss makes
/// κ = fma(2·zLoss, log(s) + m, 1), and without it κ is 1.
///
/// z-loss: A. Chowdhery and others, "PaLM: scaling language modeling with Pathways", 2022, §5.
func crossEntropyRows(
    _ logits: UnsafeMutablePointer<Float>, _ rows: Int, _ V: Int,
    _ targets: UnsafePointer<UInt32>, _ differentiates: Bool, _ scale: Float,
    _ zLoss: Float, _ losses: UnsafeMutablePointer<Float>
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
        let logarithm = Lanes(repeating: sum).logarithm
        unsafe losses[row] = logarithm[0] - correct
        guard differentiates else { continue }
        var reciprocal = Lanes(repeating: 1 / sum)
        if zLoss != 0 {
            let twice = Lanes(repeating: 2 * zLoss)
            reciprocal *= fused(twice, logarithm + shift, Lanes(repeating: 1))
        }
        let factor = Lanes(repeating: scale)
        let probability = unsafe z[target] * reciprocal[0]
        forEachRun(V) { start, size in
            let power = unsafe Lanes(z + start, upTo: size)
            unsafe (power * reciprocal * factor).store(z + start, upTo: size)
        }
        unsafe z[target] = (probability - 1) * scale
    }
}

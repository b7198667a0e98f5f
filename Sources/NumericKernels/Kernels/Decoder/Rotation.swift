/// Rotates the heads of `rows` rows in place, pairs (i, i + D/2) by the angle of their position.
///
/// Row r of the call is token `(first + r) mod tokens` of its sequence. With c, s from the tables
/// `[T, D/2]`, and s negated when `direction` is −1: low ← fma(low, c, −(high·s)),
/// high ← fma(high, c, low·s). Direction −1 undoes the rotation, and carries gradients back.
func rotateRows(
    _ x: UnsafeMutablePointer<Float>, _ stride: Int, _ rows: Int, _ heads: Int, _ D: Int,
    _ cosines: UnsafePointer<Float>, _ sines: UnsafePointer<Float>,
    _ first: Int, _ tokens: Int, _ direction: Float
) {
    let half = D / 2
    let (sign, minus) = (Lanes(repeating: direction), Lanes(repeating: -1))
    for row in 0..<rows {
        let position = (first + row) % tokens
        for head in 0..<heads {
            let low = unsafe x + row * stride + head * D
            let high = unsafe low + half
            forEachRun(half) { start, size in
                let c = unsafe Lanes(cosines + position * half + start, upTo: size)
                let s = unsafe Lanes(sines + position * half + start, upTo: size) * sign
                let (a, b) = unsafe (
                    Lanes(low + start, upTo: size), Lanes(high + start, upTo: size)
                )
                unsafe fused(a, c, b * s * minus).store(low + start, upTo: size)
                unsafe fused(b, c, a * s).store(high + start, upTo: size)
            }
        }
    }
}

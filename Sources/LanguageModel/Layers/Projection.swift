import Numerics

/// y = x·Wᵀ: x `[N, in]`, W `[out, in]`, y `[N, out]`; each element one chain over `in`.
func projectionForward(
    _ x: Matrix, weight: WeightMatrix, into y: Matrix, _ arithmetic: Arithmetic
) {
    arithmetic.product(x, weight.transpose, into: y, accumulate: false)
}

/// dx = dy·W, each element one chain over `out`; dW goes on with its chains over tokens.
func projectionBackward(
    _ dy: Matrix, _ x: Matrix, weight: WeightMatrix, into dx: Matrix,
    weightGradient: Matrix, _ arithmetic: Arithmetic
) {
    arithmetic.product(dy, weight, into: dx, accumulate: false)
    arithmetic.product(dy.transpose, x, into: weightGradient, accumulate: true)
}

/// What the processor can do at most: the yardstick beside which speeds are shown.
package struct ProbeKernels: Sendable {
    /// Fused multiply-adds one iteration of `multiplyAdd` does.
    package let multiplyAddsPerIteration: Int
    /// Independent chains of fused multiply-adds in registers: iterations, something to return.
    package let multiplyAdd: @Sendable (Int) -> Float

    /// Collects the functions.
    package init(multiplyAddsPerIteration: Int, multiplyAdd: @escaping @Sendable (Int) -> Float) {
        self.multiplyAddsPerIteration = multiplyAddsPerIteration
        self.multiplyAdd = multiplyAdd
    }
}

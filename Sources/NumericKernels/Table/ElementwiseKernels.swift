/// Functions of each element, `y[i] = f(x[i])` and a few of two vectors; `docs/arithmetic.md`, 4–5.
@safe package struct ElementwiseKernels: Sendable {
    /// Input, output (may be the input), count.
    package typealias Map =
        @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    /// Scalar, input, output, count.
    package typealias ScaledMap =
        @Sendable (Float, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    /// Scalar, input, the output's place for each of its elements, output, count.
    package typealias Scatter =
        @Sendable (
            Float, UnsafePointer<Float>, UnsafePointer<UInt16>, UnsafeMutablePointer<Float>, Int
        ) -> Void

    /// e to the x.
    package let exponential: Map
    /// The natural logarithm.
    package let logarithm: Map
    /// 1 / (1 + e to the −x).
    package let sigmoid: Map
    /// x / (1 + e to the −x).
    package let siLU: Map
    /// 1 / √x.
    package let reciprocalSquareRoot: Map
    /// y + x into y.
    package let add: Map
    /// y · x into y.
    package let multiply: Map
    /// a · x into y.
    package let scale: ScaledMap
    /// fma(a, x, y) into y.
    package let addScaled: ScaledMap
    /// fma(a, x, y) into the y at each x's place; the places differ.
    package let addScattered: Scatter

    /// Collects the functions.
    package init(
        exponential: @escaping Map, logarithm: @escaping Map, sigmoid: @escaping Map,
        siLU: @escaping Map, reciprocalSquareRoot: @escaping Map, add: @escaping Map,
        multiply: @escaping Map, scale: @escaping ScaledMap, addScaled: @escaping ScaledMap,
        addScattered: @escaping Scatter
    ) {
        unsafe self.exponential = exponential
        unsafe self.logarithm = logarithm
        unsafe self.sigmoid = sigmoid
        unsafe self.siLU = siLU
        unsafe self.reciprocalSquareRoot = reciprocalSquareRoot
        unsafe self.add = add
        unsafe self.multiply = multiply
        unsafe self.scale = scale
        unsafe self.addScaled = addScaled
        unsafe self.addScattered = addScattered
    }
}

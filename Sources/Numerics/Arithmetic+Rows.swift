internal import NumericKernels

/// Functions and reductions of one row, on the calling thread.
extension Arithmetic {
    /// e to each x into y, which may be x.
    package func exponential(_ x: FloatView, into y: FloatView) {
        unsafe map(kernels.elementwise.exponential, x, y)
    }

    /// The natural logarithm of each x into y, which may be x.
    package func logarithm(_ x: FloatView, into y: FloatView) {
        unsafe map(kernels.elementwise.logarithm, x, y)
    }

    /// 1 / (1 + e to the −x) of each x into y, which may be x.
    package func sigmoid(_ x: FloatView, into y: FloatView) {
        unsafe map(kernels.elementwise.sigmoid, x, y)
    }

    /// x / (1 + e to the −x) of each x into y, which may be x.
    package func siLU(_ x: FloatView, into y: FloatView) {
        unsafe map(kernels.elementwise.siLU, x, y)
    }

    /// 1 / √x of each x into y, which may be x.
    package func reciprocalSquareRoot(_ x: FloatView, into y: FloatView) {
        unsafe map(kernels.elementwise.reciprocalSquareRoot, x, y)
    }

    /// y + x into y.
    package func add(_ x: FloatView, to y: FloatView) { unsafe map(kernels.elementwise.add, x, y) }

    /// y · x into y.
    package func multiply(_ y: FloatView, by x: FloatView) {
        unsafe map(kernels.elementwise.multiply, x, y)
    }

    /// a · x into y, which may be x.
    package func scale(_ x: FloatView, by a: Float, into y: FloatView) {
        precondition(x.count == y.count, "\(x.count) floats into \(y.count)")
        unsafe x.withPointer { from in
            unsafe y.withPointer { unsafe kernels.elementwise.scale(a, from, $0, x.count) }
        }
    }

    /// fma(a, x, y) into y.
    package func addScaled(_ x: FloatView, by a: Float, to y: FloatView) {
        precondition(x.count == y.count, "\(x.count) floats into \(y.count)")
        unsafe x.withPointer { from in
            unsafe y.withPointer { unsafe kernels.elementwise.addScaled(a, from, $0, x.count) }
        }
    }

    /// fma(a, x, y) into the y at the place of each x; the places differ.
    package func addScattered(_ x: [Float], by a: Float, at places: [UInt16], to y: FloatView) {
        precondition(x.count == places.count, "\(x.count) floats at \(places.count) places")
        precondition(places.allSatisfy { $0 < y.count }, "places within \(y.count) floats")
        unsafe x.withUnsafeBufferPointer { from in
            unsafe places.withUnsafeBufferPointer { places in
                unsafe y.withPointer { to in
                    guard let from = from.baseAddress, let places = places.baseAddress else {
                        return
                    }
                    unsafe kernels.elementwise.addScattered(a, from, places, to, x.count)
                }
            }
        }
    }

    /// The sum in 64 lanes.
    package func sum(_ x: FloatView) -> Float { unsafe reduce(kernels.reductions.sum, x) }

    /// The sum of squares in 64 lanes.
    package func sumOfSquares(_ x: FloatView) -> Float {
        unsafe reduce(kernels.reductions.sumOfSquares, x)
    }

    /// The greatest element, −∞ of none.
    package func maximum(_ x: FloatView) -> Float { unsafe reduce(kernels.reductions.maximum, x) }

    /// The sum of products in 64 lanes.
    package func dot(_ x: FloatView, _ y: FloatView) -> Float {
        precondition(x.count == y.count, "\(x.count) floats by \(y.count)")
        return unsafe x.withPointer { left in
            unsafe y.withPointer { unsafe kernels.reductions.dot(left, $0, x.count) }
        }
    }

    private func map(_ kernel: ElementwiseKernels.Map, _ x: FloatView, _ y: FloatView) {
        precondition(x.count == y.count, "\(x.count) floats into \(y.count)")
        unsafe x.withPointer { from in unsafe y.withPointer { unsafe kernel(from, $0, x.count) } }
    }

    private func reduce(_ kernel: ReductionKernels.Reduce, _ x: FloatView) -> Float {
        unsafe x.withPointer { unsafe kernel($0, x.count) }
    }
}

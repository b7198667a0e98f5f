import NumericKernels

extension ElementwiseKernels {
    /// This set's functions of each element.
    static var compiled: ElementwiseKernels {
        unsafe ElementwiseKernels(
            exponential: { unsafe mapLanes($0, $1, $2) { $0.exponential } },
            logarithm: { unsafe mapLanes($0, $1, $2) { $0.logarithm } },
            sigmoid: { unsafe mapLanes($0, $1, $2) { $0.sigmoid } },
            siLU: { unsafe mapLanes($0, $1, $2) { $0.siLU } },
            reciprocalSquareRoot: { unsafe mapLanes($0, $1, $2) { $0.reciprocalSquareRoot } },
            add: { unsafe updateLanes($0, $1, $2, added) },
            multiply: { unsafe updateLanes($0, $1, $2, multiplied) },
            scale: { factor, x, y, count in
                @inline(__always) func scaled(_ x: Lanes) -> Lanes { Lanes(repeating: factor) * x }
                unsafe mapLanes(x, y, count, scaled)
            },
            addScaled: { factor, x, y, count in
                unsafe updateLanes(x, y, count) { fused(Lanes(repeating: factor), $0, $1) }
            },
            addScattered: { unsafe addFour($0, $1, $2, $3, $4) })
    }
}

/// The product of two lanes.
@inline(__always)
private func multiplied(_ a: Lanes, _ b: Lanes) -> Lanes { a * b }

extension SIMD16<Float> {
    /// 1 / √x, both operations rounded; §4.4.
    @inline(__always) var reciprocalSquareRoot: Lanes { Lanes(repeating: 1) / root }
}

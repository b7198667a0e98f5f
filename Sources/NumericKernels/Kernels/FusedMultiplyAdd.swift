/// a · b + c of sixteen lanes, rounded once to nearest even.
@inline(__always)
func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes {
    #if KERNELS_AVX2 || KERNELS_AVX512 || arch(arm64)
        return c.addingProduct(a, b)
    #else
        return Lanes(
            lowHalf: fused(a.lowHalf, b.lowHalf, c.lowHalf),
            highHalf: fused(a.highHalf, b.highHalf, c.highHalf))
    #endif
}

/// a · b + c of eight lanes, rounded once to nearest even.
@inline(__always)
func fused(_ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>) -> SIMD8<Float> {
    #if KERNELS_AVX2 || KERNELS_AVX512 || arch(arm64)
        return c.addingProduct(a, b)
    #else
        return SIMD8(
            lowHalf: fused(a.lowHalf, b.lowHalf, c.lowHalf),
            highHalf: fused(a.highHalf, b.highHalf, c.highHalf))
    #endif
}

/// a · b + c of four lanes, rounded once to nearest even.
@inline(__always)
func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
    #if KERNELS_AVX2 || KERNELS_AVX512 || arch(arm64)
        return c.addingProduct(a, b)
    #else
        return emulatedFused(a, b, c)
    #endif
}

/// a · b + c of four lanes, rounded once, through doubles.
///
/// The product of two floats is exact in a double. The sum is not: it is rounded to odd, which
/// keeps what a second rounding needs to know (S. Boldo, G. Melquiond, "Emulation of FMA and
/// correctly rounded sums", 2008). The error of the sum comes from Knuth's TwoSum.
@inline(__always)
func emulatedFused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
    let product = SIMD4<Double>(a) * SIMD4<Double>(b)
    let addend = SIMD4<Double>(c)
    let sum = product + addend
    let addendPart = sum - product
    let error = (product - (sum - addendPart)) + (addend - addendPart)

    let bits = unsafe unsafeBitCast(sum, to: SIMD4<Int64>.self)
    let errorBits = unsafe unsafeBitCast(error, to: SIMD4<Int64>.self)
    let zero = SIMD4<Int64>()
    let one = SIMD4<Int64>(repeating: 1)
    // Toward the error: one up in magnitude where its sign is the sum's, else one down.
    let opposed = (bits ^ errorBits) .< zero
    let step = one.replacing(with: zero &- one, where: opposed)
    // Comparisons with NaN are false: infinities and NaN keep their sum.
    let inexact = (error .> 0) .| (error .< 0)
    let isEven = (bits & one) .== zero
    let odd = (bits &+ step).replacing(with: bits, where: .!(inexact .& isEven))
    return SIMD4<Float>(unsafe unsafeBitCast(odd, to: SIMD4<Double>.self))
}

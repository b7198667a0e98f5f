/// fma(factor, x, y) into the y at the place of each x; four at a time, so the places must differ.
func addFour(
    _ factor: Float, _ x: UnsafePointer<Float>, _ places: UnsafePointer<UInt16>,
    _ y: UnsafeMutablePointer<Float>, _ count: Int
) {
    let factors = SIMD4(repeating: factor)
    for start in stride(from: 0, to: count, by: 4) {
        let taken = min(4, count - start)
        var (added, old) = (SIMD4<Float>(), SIMD4<Float>())
        for lane in 0..<taken {
            unsafe added[lane] = x[start + lane]
            unsafe old[lane] = y[Int(places[start + lane])]
        }
        let sums = fused(factors, added, old)
        for lane in 0..<taken { unsafe y[Int(places[start + lane])] = sums[lane] }
    }
}

import CProcessor

#if KERNELS_AVX512
    /// Rows of a square block that is transposed in registers.
    let transposeWidth = 16
    /// Half of such a block.
    private typealias HalfBlock = InlineArray<8, HalfRow>
#elseif KERNELS_AVX2
    /// Rows of a square block that is transposed in registers.
    let transposeWidth = 8
    /// Half of such a block.
    private typealias HalfBlock = InlineArray<4, HalfRow>
#else
    /// Rows of a square block that is transposed in registers.
    let transposeWidth = 4
    /// Half of such a block.
    private typealias HalfBlock = InlineArray<2, HalfRow>
#endif

/// Transposes `transposeWidth` columns of at most as many rows; of fewer rows the last is repeated.
@inline(__always)
func transposeBlock(
    _ source: UnsafePointer<Float>, _ stride: Int, rows: Int,
    _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
    let half = transposeWidth / 2
    // Two arrays: a whole block would be filled by a function that modules would share.
    var upper = HalfBlock(repeating: HalfRow())
    var lower = HalfBlock(repeating: HalfRow())
    for row in 0..<half {
        unsafe upper[row] = loadRow(source + min(row, rows &- 1) &* stride)
        unsafe lower[row] = loadRow(source + min(row &+ half, rows &- 1) &* stride)
    }
    // Each round turns the index (row, column), read as one string of bits, to the left by one bit.
    var round = 1
    while round < transposeWidth {
        var (nextUpper, nextLower) = (upper, lower)
        for row in 0..<half / 2 {
            let other = row &+ half / 2
            nextUpper[2 &* row] = interleavedLow(upper[row], lower[row])
            nextUpper[2 &* row &+ 1] = interleavedHigh(upper[row], lower[row])
            nextLower[2 &* row] = interleavedLow(upper[other], lower[other])
            nextLower[2 &* row &+ 1] = interleavedHigh(upper[other], lower[other])
        }
        (upper, lower) = (nextUpper, nextLower)
        round &*= 2
    }
    // In order: of fewer rows, each store runs over into what the next one writes.
    for row in 0..<half { unsafe storeRow(upper[row], target + row &* targetStride) }
    for row in 0..<half { unsafe storeRow(lower[row], target + (row &+ half) &* targetStride) }
}

@inline(__always)
private func loadRow(_ address: UnsafePointer<Float>) -> HalfRow {
    unsafe UnsafeRawPointer(address).loadUnaligned(as: HalfRow.self)
}

@inline(__always)
private func storeRow(_ row: HalfRow, _ address: UnsafeMutablePointer<Float>) {
    unsafe UnsafeMutableRawPointer(address).storeBytes(of: row, as: HalfRow.self)
}

/// The lower lanes of two vectors, in turns.
@inline(__always)
private func interleavedLow(_ a: HalfRow, _ b: HalfRow) -> HalfRow {
    #if KERNELS_AVX512
        processor_interleave_low16(a, b)
    #elseif KERNELS_AVX2
        processor_interleave_low8(a, b)
    #else
        processor_interleave_low4(a, b)
    #endif
}

/// The upper lanes of two vectors, in turns.
@inline(__always)
private func interleavedHigh(_ a: HalfRow, _ b: HalfRow) -> HalfRow {
    #if KERNELS_AVX512
        processor_interleave_high16(a, b)
    #elseif KERNELS_AVX2
        processor_interleave_high8(a, b)
    #else
        processor_interleave_high4(a, b)
    #endif
}

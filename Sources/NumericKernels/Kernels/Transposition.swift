import CProcessor

#if KERNELS_AVX512
    /// Rows of a square block that is transposed in registers.
    let transposeWidth = 16
    /// Such a block.
    private typealias Block = InlineArray<16, HalfRow>
#elseif KERNELS_AVX2
    /// Rows of a square block that is transposed in registers.
    let transposeWidth = 8
    /// Such a block.
    private typealias Block = InlineArray<8, HalfRow>
#else
    /// Rows of a square block that is transposed in registers.
    let transposeWidth = 4
    /// Such a block.
    private typealias Block = InlineArray<4, HalfRow>
#endif

/// Transposes `transposeWidth` columns of at most as many rows; of fewer rows the last is repeated.
@inline(__always)
func transposeBlock(
    _ source: UnsafePointer<Float>, _ stride: Int, rows: Int,
    _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
    var block = Block(repeating: HalfRow())
    for row in 0..<transposeWidth {
        let address = unsafe UnsafeRawPointer(source + min(row, rows &- 1) &* stride)
        unsafe block[row] = address.loadUnaligned(as: HalfRow.self)
    }
    // Each round turns the index (row, column), read as one string of bits, to the left by one bit.
    var round = 1
    while round < transposeWidth {
        var next = block
        for row in 0..<transposeWidth / 2 {
            let (upper, lower) = (block[row], block[row &+ transposeWidth / 2])
            next[2 &* row] = interleavedLow(upper, lower)
            next[2 &* row &+ 1] = interleavedHigh(upper, lower)
        }
        block = next
        round &*= 2
    }
    for row in 0..<transposeWidth {
        unsafe UnsafeMutableRawPointer(target + row &* targetStride)
            .storeBytes(of: block[row], as: HalfRow.self)
    }
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

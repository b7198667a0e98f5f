import NumericKernels

extension ProbeKernels {
    /// This set's probes.
    static var compiled: ProbeKernels {
        ProbeKernels(
            multiplyAddsPerIteration: chainCount * HalfRow.scalarCount, multiplyAdd: runChains)
    }
}

/// Chains at once: more than the latency of a multiply-add times the units, fewer than registers.
private let chainCount = 12

private func runChains(_ iterations: Int) -> Float {
    // Two arrays, as in `Tile`: a larger one is filled by a function that modules would share.
    var (upper, lower) = (
        InlineArray<6, HalfRow>(repeating: HalfRow()), InlineArray<6, HalfRow>(repeating: HalfRow())
    )
    // The factor depends on the argument so that no chain can be computed beforehand.
    let factor = HalfRow(repeating: iterations > 0 ? 0.999 : 1)
    let addend = HalfRow(repeating: 0.001)
    for _ in 0..<iterations {
        for chain in 0..<6 {
            upper[chain] = fused(upper[chain], factor, addend)
            lower[chain] = fused(lower[chain], factor, addend)
        }
    }
    var sum = HalfRow()
    for chain in 0..<6 { sum += upper[chain] + lower[chain] }
    return sum[0]
}

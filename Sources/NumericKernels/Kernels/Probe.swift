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
    var chains = InlineArray<12, HalfRow>(repeating: HalfRow(repeating: 1))
    // The factor depends on the argument so that no chain can be computed beforehand.
    let factor = HalfRow(repeating: iterations > 0 ? 0.999 : 1)
    let addend = HalfRow(repeating: 0.001)
    for _ in 0..<iterations {
        for chain in 0..<chainCount { chains[chain] = fused(chains[chain], factor, addend) }
    }
    var sum = HalfRow()
    for chain in 0..<chainCount { sum += chains[chain] }
    return sum[0]
}

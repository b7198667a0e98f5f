package import NumericKernels

/// The kernels of this set; call it only where the processor has the set's instructions.
package func makeKernelTable() -> KernelTable {
    KernelTable(
        product: .compiled, elementwise: .compiled, reductions: .compiled, decoder: .compiled,
        optimizer: .compiled, probe: .compiled)
}

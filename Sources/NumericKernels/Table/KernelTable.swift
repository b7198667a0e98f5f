/// The functions of one kernel set: the same arithmetic compiled for one kind of processor.
///
/// How the kernels are laid out:
///
///     Sources/NumericKernels/Table       this module: what a kernel set offers, as function values
///     Sources/NumericKernels/Kernels     the kernels themselves, written once, portable Swift;
///                                        compiled as it stands it is the baseline set
///     Sources/NumericKernels/AVX2        `Kernels` again (a symbolic link), for AVX2 with FMA
///     Sources/NumericKernels/AVX512      `Kernels` again (a symbolic link), for AVX-512
///
/// Every set gives the same bits: `docs/arithmetic.md` fixes each operation and its order, and
/// nothing here may depend on the width of a register. A set for wider registers may only be
/// entered after the processor was asked; `InstructionSet` in `Numerics` does that.
///
/// To add a row kernel:
/// 1. `Table/NameKernels.swift`: a struct of `@Sendable` function values taking pointers, counts.
/// 2. `Kernels/Name.swift`: the functions, and `extension NameKernels` with `static var compiled`.
///    Use `Lanes` (16 floats), `fused`, `Accumulator` (64 lanes) and the functions in
///    `Kernels/Exponential.swift` and its neighbours; mark what they call `@inline(__always)`.
/// 3. One line each in `KernelTable.init` below and in `Kernels/KernelSet.swift`.
/// 4. A checked wrapper over `FloatView` in the module that uses it, and a test that compares
///    every set with a scalar loop.
///
/// Kernels call no generic function of the standard library that is not inlined: such a copy
/// may be shared between the sets when linking, and would carry one set's instructions into
/// another. `Tests/KernelSymbols/run.sh` looks for them in a release build.
package final class KernelTable: Sendable {
    /// Packing and multiplying the blocks of a matrix product.
    package let product: ProductKernels
    /// Functions applied to each element.
    package let elementwise: ElementwiseKernels
    /// Sums, dot products and maxima in the fixed shape of 64 lanes.
    package let reductions: ReductionKernels
    /// The layers of a decoder, forward and backward.
    package let decoder: DecoderKernels
    /// The steps of optimizers.
    package let optimizer: OptimizerKernels
    /// Measurements of the processor.
    package let probe: ProbeKernels

    /// Collects the kernels of one set.
    package init(
        product: ProductKernels, elementwise: ElementwiseKernels, reductions: ReductionKernels,
        decoder: DecoderKernels, optimizer: OptimizerKernels, probe: ProbeKernels
    ) {
        self.product = product
        self.elementwise = elementwise
        self.reductions = reductions
        self.decoder = decoder
        self.optimizer = optimizer
        self.probe = probe
    }
}

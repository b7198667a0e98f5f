internal import CProcessor
internal import NumericKernels
internal import NumericKernelsBaseline

#if arch(x86_64)
    internal import NumericKernelsAVX2
    internal import NumericKernelsAVX512
#endif

/// The version of the rules in `docs/arithmetic.md`; results are comparable only under one version.
package let arithmeticVersion = 1

/// A kind of processor the kernels were compiled for; all give the same bits.
package enum InstructionSet: String, Sendable, CaseIterable {
    /// x86-64 with AVX-512 F, BW, CD, DQ, VL: registers of 16 floats.
    case avx512
    /// x86-64 with AVX2 and FMA: registers of 8 floats.
    case avx2
    /// 64-bit ARM: registers of 4 floats, fused multiply-add.
    case neon
    /// Any 64-bit x86: registers of 4 floats, the fused multiply-add emulated; correct but slow.
    case baseline

    /// The sets this machine can run, the widest first.
    package static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

    /// The widest set this machine can run.
    package static var best: InstructionSet { available.first ?? .baseline }

    /// Whether the processor, and the system, have the instructions.
    package var isAvailable: Bool {
        switch self {
        case .avx512: processor_has_avx512() != 0
        case .avx2: processor_has_avx2() != 0
        case .neon: InstructionSet.isARM
        case .baseline: !InstructionSet.isARM
        }
    }

    /// The kernels of this set; the set must be available.
    var kernels: KernelTable {
        precondition(isAvailable, "this machine has no \(rawValue) instructions")
        switch self {
        #if arch(x86_64)
            case .avx512: return NumericKernelsAVX512.makeKernelTable()
            case .avx2: return NumericKernelsAVX2.makeKernelTable()
        #endif
        default: return NumericKernelsBaseline.makeKernelTable()
        }
    }

    private static var isARM: Bool {
        #if arch(arm64)
            true
        #else
            false
        #endif
    }
}

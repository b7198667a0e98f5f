// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Kernels are optimised in debug builds too, as one module each.
func kernels(_ directory: String, _ name: String, _ flags: [String]) -> Target {
    .target(
        name: name, dependencies: ["NumericKernels", "CProcessor"],
        path: "Sources/NumericKernels/\(directory)",
        swiftSettings: strict + [.unsafeFlags(["-O", "-wmo", "-num-threads", "1"] + flags)])
}

/// The AVX-512 sources compiled for AVX2, so that tests can run them on more machines.
var wideKernels: [Target] = []
var kernelSets: [Target] = [kernels("Kernels", "NumericKernelsBaseline", [])]
#if arch(x86_64)
    kernelSets += [
        kernels(
            "AVX2", "NumericKernelsAVX2",
            ["-D", "KERNELS_AVX2", "-target-cpu", "haswell", "-Xcc", "-march=haswell"]),
        kernels(
            "AVX512", "NumericKernelsAVX512",
            [
                "-D", "KERNELS_AVX512", "-target-cpu", "skylake-avx512",
                "-Xcc", "-march=skylake-avx512", "-Xcc", "-mprefer-vector-width=512",
            ]),
    ]
    wideKernels = [
        kernels(
            "../../Tests/NumericKernelsWide", "NumericKernelsWide",
            ["-D", "KERNELS_AVX512", "-target-cpu", "haswell", "-Xcc", "-march=haswell"])
    ]
#endif

let package = Package(
    name: "nous-tools",
    targets: [
        .target(
            name: "Numerics",
            dependencies: ["NumericKernels", "CProcessor"]
                + kernelSets.map { .target(name: $0.name) },
            swiftSettings: strict + [.unsafeFlags(["-O", "-wmo", "-num-threads", "1"])]),
        .target(
            name: "NumericKernels", path: "Sources/NumericKernels/Table",
            swiftSettings: strict + [.unsafeFlags(["-O", "-wmo", "-num-threads", "1"])]),
    ] + kernelSets + wideKernels + [
        .executableTarget(
            name: "bench-gemm", dependencies: ["Numerics", "COpenBLAS"], path: "Benchmarks/gemm",
            swiftSettings: strict),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .testTarget(
            name: "NumericsTests",
            dependencies: ["Numerics", "NumericKernels", "CProcessor"]
                + wideKernels.map { .target(name: $0.name) },
            swiftSettings: strict + [.unsafeFlags(["-O"])]),
        .target(name: "CProcessor", cSettings: [.unsafeFlags(["-O2", "-ffp-contract=off"])]),
    ]
)

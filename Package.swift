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
    ] + kernelSets + [
        .target(name: "CProcessor", cSettings: [.unsafeFlags(["-O2", "-ffp-contract=off"])]),
        .target(name: "Encodings", swiftSettings: strict),
        .target(
            name: "LanguageModel", dependencies: ["Numerics", "NumericKernels", "Encodings"],
            swiftSettings: strict),
        .target(
            name: "Optimization", dependencies: ["LanguageModel", "Numerics", "NumericKernels"],
            swiftSettings: strict),
        .executableTarget(
            name: "interop-gradients", dependencies: ["LanguageModel", "Numerics", "Encodings"],
            path: "Tests/Interop/GradientsTool", swiftSettings: strict),
        .executableTarget(
            name: "bench-train", dependencies: ["LanguageModel", "Optimization", "Numerics"],
            path: "Benchmarks/train", swiftSettings: strict),
        .testTarget(
            name: "LanguageModelTests",
            dependencies: ["LanguageModel", "Numerics", "NumericKernels", "Encodings"],
            swiftSettings: strict + [.unsafeFlags(["-O"])]),
        .testTarget(
            name: "OptimizationTests",
            dependencies: ["Optimization", "LanguageModel", "Numerics", "NumericKernels"],
            swiftSettings: strict),
    ]
)

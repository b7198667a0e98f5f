// swift-tools-version: 6.3
import PackageDescription

/// Every target of ours compiles under the strictest rules; dependencies are unaffected.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Arithmetic is optimised in debug builds too, so that tests are quick.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O", "-wmo", "-num-threads", "1"])]

let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

func command(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["CommandLineTool", argumentParser],
        swiftSettings: strict)
}

func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func fastLibrary(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + optimised)
}

func system(_ name: String, _ pkgConfig: String, _ debianPackage: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debianPackage])])
}

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: strict)
}

/// The library of libFuzzer without a `main`, with which `make fuzz` builds; ordinary builds have none.
let fuzzer = Context.environment["NOUS_FUZZER"]

/// One set of kernel sources, compiled for one instruction set.
func kernels(_ directory: String, _ name: String, _ flags: [String]) -> Target {
    .target(
        name: name, dependencies: ["NumericKernels", "CProcessor"],
        path: "Sources/NumericKernels/\(directory)",
        swiftSettings: strict + optimised + [.unsafeFlags(flags)])
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

/// Programs that tests, benchmarks and demonstrations run; built with the tools, never installed.
let companions: [Target] = [
    .executableTarget(
        name: "dishonest-worker",
        dependencies: [
            "SampleRound", "RunFiles", "CommandLineTool", "Training", "Rounds", "Corpus",
            "LanguageModel", "UpdateCodec", "Artifacts", "Numerics", "Identity", "Storage",
            "Encodings", argumentParser,
        ], path: "Tests/DishonestWorker", exclude: ["run.sh"], swiftSettings: strict),
    .target(name: "TestFiles", path: "Tests/TestFiles", swiftSettings: strict),
    .target(
        name: "SampleRound",
        dependencies: [
            "Training", "Rounds", "Corpus", "Tokenization", "LanguageModel", "UpdateCodec",
            "Artifacts", "Numerics", "Identity", "Storage", "Encodings",
        ], path: "Tests/SampleRound", swiftSettings: strict),
    .target(
        name: "FuzzParsers",
        dependencies: [
            "TestFiles", "SampleRound", "RunFiles", "Disputes", "Settlement", "Solana",
            "TransparencyLog", "Training", "ModelFiles", "ModelMerging", "Rounds", "Corpus",
            "LanguageModel", "UpdateCodec", "Artifacts", "Tokenization", "Numerics", "Identity",
            "Storage", "Encodings",
        ], path: "Tests/Fuzz/Parsers", swiftSettings: strict),
    .executableTarget(
        name: "bench-gemm", dependencies: ["Numerics", "COpenBLAS"], path: "Benchmarks/gemm",
        swiftSettings: strict),
    .executableTarget(
        name: "bench-learning",
        dependencies: [
            "Plots", "CommandLineTool", "Rounds", "Optimization", "LanguageModel", "Artifacts",
            "Numerics", "Storage", "Encodings",
        ], path: "Benchmarks/learning", exclude: ["peer.py", "run.sh"], swiftSettings: strict),
    .executableTarget(
        name: "bench-train",
        dependencies: ["TrainShapes", "LanguageModel", "Optimization", "Numerics"],
        path: "Benchmarks/train", exclude: ["compare.py", "peer.py"], swiftSettings: strict),
    .executableTarget(
        name: "bench-shard", dependencies: ["Corpus", "Tokenization", "Storage"],
        path: "Benchmarks/shard", exclude: ["compare.py", "inputs.py", "peer.py"],
        swiftSettings: strict),
    .executableTarget(
        name: "bench-study",
        dependencies: [
            "Plots", "CommandLineTool", "Scoring", "Training", "Aggregation", "Rounds", "Corpus",
            "LanguageModel", "UpdateCodec", "Artifacts", "Numerics", "Identity", "Storage",
            "Encodings",
        ], path: "Benchmarks/study", exclude: ["run.sh", "text.py"], swiftSettings: strict),
    .executableTarget(
        name: "sample-entries",
        dependencies: [
            "CommandLineTool", "Settlement", "TransparencyLog", "Identity", "Storage",
        ], path: "Tests/LedgerFaults/EntriesTool", swiftSettings: strict),
    .executableTarget(
        name: "bench-ledger",
        dependencies: [
            "Settlement", "TransparencyLog", "Artifacts", "Identity", "Storage", "Encodings",
        ], path: "Benchmarks/ledger", swiftSettings: strict),
    .executableTarget(
        name: "simulate",
        dependencies: [
            "RunFiles", "CommandLineTool", "Verification", "Solana", "Settlement",
            "TransparencyLog", "Rounds", "Corpus", "LanguageModel", "UpdateCodec", "Artifacts",
            "Numerics", "Identity", "Storage", "Encodings", argumentParser,
        ], path: "Benchmarks/simulate", swiftSettings: strict),
    .executableTarget(
        name: "bench-codec",
        dependencies: [
            "CommandLineTool", "LanguageModel", "Optimization", "UpdateCodec", "Numerics",
            "Storage", "Encodings",
        ], path: "Benchmarks/codec", exclude: ["run.sh"], swiftSettings: strict),
    .executableTarget(
        name: "bench-merge",
        dependencies: [
            "TrainShapes", "RunFiles", "CommandLineTool", "Aggregation", "Rounds",
            "UpdateCodec", "LanguageModel", "Artifacts", "Numerics", "Identity", "Storage",
            "Encodings",
        ], path: "Benchmarks/merge", exclude: ["compare.py"], swiftSettings: strict),
    .target(
        name: "TrainShapes", dependencies: ["LanguageModel"], path: "Benchmarks/shapes",
        swiftSettings: strict),
    .executableTarget(
        name: "state-roots",
        dependencies: [
            "TestFiles", "SampleRound", "SpecifiedModel", "TrainShapes", "Training", "Rounds",
            "Corpus",
            "LanguageModel", "Optimization", "Artifacts", "Numerics", "Identity", "Storage",
            "Encodings",
        ], path: "Tests/StateRoots", exclude: ["run.sh"], swiftSettings: strict + optimised),
    .target(
        name: "SpecifiedModel", dependencies: ["LanguageModel", "Numerics"],
        path: "Tests/SpecifiedModel", swiftSettings: strict + optimised),
    .executableTarget(
        name: "interop-gradients", dependencies: ["LanguageModel", "Numerics", "Encodings"],
        path: "Tests/Interop/GradientsTool", swiftSettings: strict),
    .executableTarget(
        name: "interop-training",
        dependencies: ["Optimization", "LanguageModel", "Numerics", "Encodings"],
        path: "Tests/Interop/TrainingTool", swiftSettings: strict),
    .executableTarget(
        name: "interop-methods",
        dependencies: [
            "SampleRound", "Aggregation", "Training", "Rounds", "Optimization", "LanguageModel",
            "Numerics", "Encodings",
        ], path: "Tests/Interop/MethodsTool", swiftSettings: strict),
    .executableTarget(
        name: "interop-disputes",
        dependencies: [
            "SampleRound", "Disputes", "Training", "Rounds", "Numerics", "Identity", "Storage",
            "Encodings",
        ], path: "Tests/Interop/DisputesTool", swiftSettings: strict),
    .executableTarget(
        name: "interop-solana", dependencies: ["Solana", "Encodings"],
        path: "Tests/Interop/SolanaTool", swiftSettings: strict),
    .executableTarget(
        name: "interop-logits",
        dependencies: ["Rounds", "LanguageModel", "Artifacts", "Numerics", "Storage"],
        path: "Tests/Interop/LogitsTool", swiftSettings: strict),
]

// A target depends only on targets written below it.
let commands: [Target] = [
    command(
        "nous-shard", "RunFiles", "Rounds", "Corpus", "Tokenization", "Artifacts", "Identity",
        "Storage", "Encodings"),
    command(
        "nous-train", "RunFiles", "ModelFiles", "Training", "Rounds", "Corpus", "LanguageModel",
        "Tokenization",
        "Artifacts", "Numerics", "Identity", "Storage", "Encodings"),
    command(
        "nous-merge", "RunFiles", "ModelFiles", "ModelMerging", "Aggregation", "Rounds",
        "LanguageModel", "UpdateCodec", "Artifacts", "Numerics", "Identity", "Storage",
        "Encodings"),
    command(
        "nous-verify", "RunFiles", "Verification", "Scoring", "Disputes", "Attestation", "Training",
        "Rounds", "Corpus", "LanguageModel", "TransparencyLog", "Artifacts", "Numerics", "Identity",
        "Storage", "Encodings"),
    command(
        "nous-ledger", "RunFiles", "Reports", "Books", "Tables", "Rounds", "Settlement", "Solana",
        "TransparencyLog", "Artifacts", "Identity", "Storage", "Encodings"),
]

let libraries: [Target] = [
    library(
        "RunFiles", "CommandLineTool", "Training", "Rounds", "Corpus", "LanguageModel",
        "ExternalProducts",
        "Tokenization", "Artifacts", "Numerics", "CProcessor", "Identity", "Storage", "Encodings",
        argumentParser, yams),
    library(
        "CommandLineTool", "Artifacts", "Identity", "Storage", "Encodings", argumentParser),
    fastLibrary(
        "Scoring", "Aggregation", "Training", "Rounds", "Corpus", "LanguageModel", "Artifacts",
        "Numerics", "Identity", "Storage", "Encodings"),
    library(
        "Verification", "Training", "Rounds", "Corpus", "LanguageModel", "UpdateCodec",
        "Artifacts", "Numerics", "Identity", "Storage", "Encodings"),
    fastLibrary(
        "Disputes", "Training", "Rounds", "Corpus", "LanguageModel", "Optimization",
        "UpdateCodec", "NumericKernels", "Numerics", "Identity", "Storage", "Encodings"),
    library(
        "Reports", "Plots", "CommandLineTool", "Settlement", "TransparencyLog", "Artifacts",
        "Identity", "Encodings"),
    library("Plots", "CommandLineTool"),
    library("Books", "Settlement", "TransparencyLog", "Identity", "Encodings"),
    library("Tables", "Settlement", "TransparencyLog", "Identity", "Storage", "Encodings", grdb),
    fastLibrary("Solana", "Identity", "Storage", "Encodings"),
    library("Settlement", "TransparencyLog", "Artifacts", "Identity", "Storage", "Encodings"),
    fastLibrary(
        "Training", "Rounds", "Corpus", "LanguageModel", "Optimization", "UpdateCodec", "Artifacts",
        "Numerics", "Identity", "Storage", "Encodings"),
    fastLibrary(
        "ModelFiles", "Rounds", "LanguageModel", "Tokenization", "Artifacts", "Numerics",
        "Storage", "Encodings"),
    fastLibrary("ModelMerging", "Numerics", "Storage", "Encodings"),
    fastLibrary(
        "Aggregation", "Rounds", "LanguageModel", "Optimization", "UpdateCodec", "Artifacts",
        "Numerics", "Identity", "Storage", "Encodings"),
    library("Attestation", "Rounds", "Artifacts", "Identity", "Storage", "Encodings"),
    library(
        "Rounds", "LanguageModel", "Optimization", "UpdateCodec", "Artifacts", "Numerics",
        "Identity", "Storage", "Encodings"),
    fastLibrary(
        "Corpus", "Tokenization", "Artifacts", "Numerics", "Identity", "Storage", "Encodings",
        "CArchive"),
    library("TransparencyLog", "Identity", "Storage", "Encodings"),
    fastLibrary("UpdateCodec", "Numerics", "Encodings"),
    fastLibrary("Optimization", "LanguageModel", "NumericKernels", "Numerics"),
    fastLibrary("LanguageModel", "NumericKernels", "Numerics", "Encodings"),
    library("Artifacts", "Identity", "Storage", "Encodings"),
    fastLibrary("Tokenization", "CProcessor", "Encodings"),
    library("ExternalProducts", "Numerics"),
    .target(
        name: "Numerics",
        dependencies: ["NumericKernels", "CProcessor"] + kernelSets.map { .target(name: $0.name) },
        swiftSettings: strict + optimised),
    library("Identity", "Storage", "Encodings", crypto),
    library("Storage", "Encodings", "CZstd", crypto),
    library("Encodings"),
    .target(
        name: "NumericKernels", path: "Sources/NumericKernels/Table",
        swiftSettings: strict + optimised),
    .target(name: "CProcessor", cSettings: [.unsafeFlags(["-O2", "-ffp-contract=off"])]),
    system("COpenBLAS", "openblas", "libopenblas-dev"),
    system("CArchive", "libarchive", "libarchive-dev"),
    system("CZstd", "libzstd", "libzstd-dev"),
]

let testTargets: [Target] = [
    tests(
        "Command", "nous-shard", "nous-train", "nous-merge", "nous-verify", "nous-ledger",
        "dishonest-worker", "TestFiles", "Rounds", "Artifacts", "Identity", "Storage", "Encodings"),
    tests("Fuzz", "FuzzParsers", "Numerics", "Encodings"),
    tests(
        "RunFiles", "SampleRound", "RunFiles", "Rounds", "Artifacts", "Identity", "Storage",
        "Encodings"),
    tests("CommandLineTool", "CommandLineTool"),
    tests(
        "Verification", "TestFiles", "SampleRound", "Verification", "Training", "Rounds",
        "UpdateCodec", "Corpus", "LanguageModel", "Artifacts", "Numerics", "Identity", "Storage",
        "Encodings"),
    tests(
        "Scoring", "SampleRound", "Scoring", "Aggregation", "Training", "Rounds", "UpdateCodec",
        "Corpus", "LanguageModel", "Artifacts", "Numerics", "Identity", "Storage", "Encodings"),
    tests(
        "Disputes", "SampleRound", "Disputes", "Training", "Rounds", "Corpus", "LanguageModel",
        "Numerics", "Identity", "Storage", "Encodings"),
    tests(
        "Training", "SampleRound", "Training", "Rounds", "UpdateCodec", "LanguageModel", "Corpus",
        "Artifacts", "Numerics", "Identity", "Storage", "Encodings"),
    tests(
        "Aggregation", "SampleRound", "Aggregation", "Training", "Rounds", "UpdateCodec",
        "LanguageModel", "Optimization", "Artifacts", "Numerics", "Identity", "Storage", "Encodings"
    ),
    tests(
        "ModelFiles", "TestFiles", "SampleRound", "ModelFiles", "Rounds", "LanguageModel",
        "Artifacts", "Numerics", "Storage", "Encodings"),
    tests("ModelMerging", "ModelMerging", "Numerics", "Encodings"),
    tests(
        "Attestation", "TestFiles", "Attestation", "Rounds", "Artifacts", "Identity", "Storage",
        "Encodings"),
    tests(
        "Rounds", "SampleRound", "Training", "Rounds", "UpdateCodec", "LanguageModel",
        "Optimization", "Corpus", "Artifacts", "Numerics", "Identity", "Storage", "Encodings"),
    tests("Solana", "TestFiles", "Solana", "Identity", "Storage", "Encodings"),
    tests(
        "Settlement", "TestFiles", "Settlement", "TransparencyLog", "Artifacts", "Identity",
        "Storage", "Encodings"),
    tests(
        "Tables", "TestFiles", "Tables", "Settlement", "TransparencyLog", "Artifacts", "Identity",
        "Storage", "Encodings"),
    tests(
        "Corpus", "Corpus", "Tokenization", "Artifacts", "Identity", "Storage", "Encodings"),
    tests("TransparencyLog", "TestFiles", "TransparencyLog", "Identity", "Storage", "Encodings"),
    tests("Tokenization", "Tokenization", "Encodings"),
    tests("UpdateCodec", "TestFiles", "UpdateCodec", "Numerics", "Encodings"),
    tests("Optimization", "Optimization", "LanguageModel", "NumericKernels", "Numerics"),
    tests(
        "LanguageModel", "SpecifiedModel", "TestFiles", "LanguageModel", "NumericKernels",
        "Numerics", "Encodings"),
    tests("Artifacts", "TestFiles", "Artifacts", "Identity", "Storage", "Encodings"),
    tests("Identity", "TestFiles", "Identity", "Storage", "Encodings"),
    tests("Storage", "TestFiles", "Storage", "Encodings"),
    tests("Encodings", "Encodings"),
    .testTarget(
        name: "NumericsTests",
        dependencies: ["Numerics", "NumericKernels", "CProcessor"]
            + wideKernels.map { .target(name: $0.name) },
        swiftSettings: strict + [.unsafeFlags(["-O"])]),
]

/// What fuzzing needs beside: the driver, and counters in all code of ours, maybe with
/// AddressSanitizer, which sees what unsafe code reads.
var fuzzing: [Target] = []
if let fuzzer {
    let checksAddresses = Context.environment["NOUS_FUZZER_ADDRESS"] != nil
    fuzzing = [
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzParsers", "Encodings"], path: "Tests/Fuzz/Driver",
            swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags(
                    [fuzzer, "-lstdc++"] + (checksAddresses ? ["-sanitize=address"] : []))
            ])
    ]
    for target in libraries where target.type == .regular {
        let counters: SwiftSetting = .unsafeFlags([
            checksAddresses ? "-sanitize=fuzzer,address" : "-sanitize=fuzzer"
        ])
        target.swiftSettings = (target.swiftSettings ?? []) + [counters]
    }
}

let package = Package(
    name: "nous-tools",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: companions + commands + libraries + kernelSets + wideKernels + testTargets + fuzzing
)

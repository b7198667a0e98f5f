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

let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "nous-tools",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "nous-shard",
            dependencies: [
                "CommandLineTool", "Corpus", "Tokenization", "Artifacts", "Identity", "Storage",
                "Encodings", argumentParser,
            ], swiftSettings: strict),
        .target(
            name: "CommandLineTool", dependencies: ["Storage", "Encodings", argumentParser],
            swiftSettings: strict),
        .target(
            name: "Corpus",
            dependencies: [
                "Tokenization", "Artifacts", "Identity", "Storage", "Encodings", "CArchive",
            ], swiftSettings: strict),
        .target(
            name: "Artifacts", dependencies: ["Storage", "Identity", "Encodings"],
            swiftSettings: strict),
        .target(
            name: "Identity", dependencies: ["Storage", "Encodings", crypto],
            swiftSettings: strict),
        .target(
            name: "Tokenization", dependencies: ["Encodings"],
            swiftSettings: strict + [.unsafeFlags(["-O", "-wmo", "-num-threads", "1"])]),
        .target(
            name: "Storage", dependencies: ["Encodings", "CZstd", crypto], swiftSettings: strict),
        .target(name: "Encodings", swiftSettings: strict),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .testTarget(
            name: "TokenizationTests", dependencies: ["Tokenization", "Encodings"],
            swiftSettings: strict),
        .testTarget(
            name: "CorpusTests",
            dependencies: [
                "Corpus", "Tokenization", "Artifacts", "Identity", "Storage", "Encodings",
            ], swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["nous-shard"], swiftSettings: strict),
    ]
)

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

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func command(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["CommandLineTool", argumentParser],
        swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "nous-tools",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        command("nous-ledger", "Settlement", "TransparencyLog", "Artifacts", "Identity", "Storage", "Encodings"),
        library("CommandLineTool", "Storage", "Encodings", argumentParser),
        library("Settlement", "Artifacts", "TransparencyLog", "Identity", "Storage", "Encodings"),
        library("TransparencyLog", "Identity", "Storage", "Encodings"),
        library("Artifacts", "Storage", "Identity", "Encodings"),
        library("Identity", "Storage", "Encodings", crypto),
        library("Storage", "Encodings", "CZstd", crypto),
        library("Encodings"),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        tests("TransparencyLogTests", "TransparencyLog", "Identity", "Storage", "Encodings"),
        tests("SettlementTests", "Settlement", "TransparencyLog", "Artifacts", "Identity", "Storage", "Encodings"),
        tests("CommandTests", "nous-ledger", "Settlement", "Artifacts", "Identity", "Storage", "Encodings"),
    ]
)

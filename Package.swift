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

let package = Package(
    name: "nous-tools",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2")
    ],
    targets: [
        .target(
            name: "Artifacts", dependencies: ["Storage", "Identity", "Encodings"],
            swiftSettings: strict),
        .target(
            name: "Identity", dependencies: ["Storage", "Encodings", crypto],
            swiftSettings: strict),
        .target(
            name: "Storage", dependencies: ["Encodings", "CZstd", crypto], swiftSettings: strict),
        .target(name: "Encodings", swiftSettings: strict),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .testTarget(
            name: "EncodingsTests", dependencies: ["Encodings"], swiftSettings: strict),
        .testTarget(
            name: "StorageTests", dependencies: ["Storage", "Encodings"], swiftSettings: strict),
        .testTarget(
            name: "IdentityTests", dependencies: ["Identity", "Storage", "Encodings"],
            swiftSettings: strict),
        .testTarget(
            name: "ArtifactsTests", dependencies: ["Artifacts", "Identity", "Storage", "Encodings"],
            swiftSettings: strict),
    ]
)

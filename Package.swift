// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A C library of Debian. libutf8proc and libhiredis are linked by name alone, since SwiftPM refuses flags that their
/// .pc files give; libzxcvbn, since it has no such file.
func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "gatehouse",
    products: [
        .executable(name: "gatehouse", targets: ["GatehouseCLI"]),
        .library(name: "Gatehouse", targets: ["Gatehouse", "Web", "Database"]),
        .library(name: "GatehouseServer", targets: ["GatehouseServer"]),
        .library(name: "GatehouseTesting", targets: ["GatehouseTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        system("CFastCGI", pkgConfig: "fcgi", apt: "libfcgi-dev"),
        system("CMariaDB", pkgConfig: "libmariadb", apt: "libmariadb-dev"),
        system("CArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
        system("CJansson", pkgConfig: "jansson", apt: "libjansson-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CUTF8Proc", apt: "libutf8proc-dev"),
        system("CIDN2", pkgConfig: "libidn2", apt: "libidn2-dev"),
        system("CHiredis", apt: "libhiredis-dev"),
        system("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CZxcvbn", apt: "libzxcvbn-dev"),
        .systemLibrary(name: "CAtomics"),
        .target(name: "CTimex"),

        .target(name: "Cryptography", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Primitives", swiftSettings: strict),
        .target(name: "Threads", swiftSettings: strict),
        .target(name: "Web", dependencies: ["CJansson", "CUTF8Proc", "Primitives", "Threads"], swiftSettings: strict),
        .target(name: "JOSE", dependencies: ["Cryptography", "Web"], swiftSettings: strict),
        .target(name: "Database", dependencies: ["CMariaDB", "Primitives", "Threads"], swiftSettings: strict),
        .target(name: "FastCGI", dependencies: ["CFastCGI", "Threads", "Web"], swiftSettings: strict),
        .target(
            name: "Gatehouse",
            dependencies: [
                "CArgon2", "CAtomics", "CCurl", "CHiredis", "CIDN2", "CTimex", "CUTF8Proc", "CZxcvbn", "Cryptography",
                "Database", "JOSE", "Threads", "Web",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(name: "GatehouseCLI", dependencies: ["GatehouseServer"], swiftSettings: strict),
        .target(
            name: "GatehouseServer",
            dependencies: [
                "Database", "FastCGI", "Gatehouse", "Threads", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.embedInCode("Template")], swiftSettings: strict),

        .target(
            name: "GatehouseTesting",
            dependencies: [
                "CMariaDB", "Database", "Gatehouse", "Threads", "Web",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(name: "WebTests", dependencies: ["Primitives", "Threads", "Web"], swiftSettings: strict),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: strict),
        .testTarget(
            name: "JOSETests", dependencies: ["Cryptography", "JOSE", "Web"], exclude: ["Misuse.swift", "jose.py"],
            swiftSettings: strict),
        .testTarget(
            name: "DatabaseTests", dependencies: ["Database", "GatehouseTesting", "Threads"], swiftSettings: strict),
        .testTarget(name: "FastCGITests", dependencies: ["FastCGI", "Threads", "Web"], swiftSettings: strict),
        .testTarget(
            name: "GatehouseServerTests", dependencies: ["Database", "GatehouseServer", "GatehouseTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "GatehouseTests",
            dependencies: [
                "CArgon2", "Cryptography", "Database", "Gatehouse", "GatehouseTesting", "JOSE", "Threads", "Web",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
    ]
)

// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "notes",
    products: [.executable(name: "notes", targets: ["App"])],
    dependencies: [.package(name: "gatehouse", path: "../../..")],
    targets: [
        .target(
            name: "Features",
            dependencies: [.product(name: "Gatehouse", package: "gatehouse")]),
        .executableTarget(
            name: "App",
            dependencies: ["Features", .product(name: "GatehouseServer", package: "gatehouse")]),
        .testTarget(
            name: "FeaturesTests",
            dependencies: [
                "Features",
                .product(name: "Gatehouse", package: "gatehouse"),
                .product(name: "GatehouseTesting", package: "gatehouse"),
            ]),
    ]
)

// swift-tools-version: 6.0
// The example without its screens: what an app adds to the library. The app and its screens are App/Example.xcodeproj.

import PackageDescription

let package = Package(
    name: "example",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "Model", targets: ["Model"])],
    dependencies: [.package(name: "hereabouts", path: "../..")],
    targets: [
        .target(
            name: "Model",
            dependencies: [.product(name: "Hereabouts", package: "hereabouts")],
            path: "Model",
            resources: [.copy("policy.toml")]
        ),
        .testTarget(
            name: "ModelTests",
            dependencies: ["Model", .product(name: "HereaboutsTesting", package: "hereabouts")],
            path: "Tests"
        ),
    ],
    swiftLanguageModes: [.v6]
)

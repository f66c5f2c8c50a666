// swift-tools-version: 6.0
// The example without its screens: what an app adds to the library. The app with its screens is App/Example.xcodeproj.

import PackageDescription

/// With a stand-in of SwiftUI, where Apple's is not, the app too: it draws nothing, and is compiled.
let app: [Target] =
    Context.environment["HEREABOUTS_STAND_INS"] == "1"
    ? [
        .target(name: "SwiftUI", path: "StandIns/SwiftUI"),
        .executableTarget(
            name: "Screens",
            dependencies: ["Model", "SwiftUI", .product(name: "Hereabouts", package: "hereabouts")],
            path: "App/Screens"
        ),
    ] : []

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
    ] + app,
    swiftLanguageModes: [.v6]
)

// swift-tools-version: 6.0
// An app that depends on a tagged version of this package: `cargo xtask swift --test` copies it beside such a version and runs it.

import PackageDescription

let package = Package(
    name: "app",
    dependencies: [.package(url: Context.packageDirectory + "/../hereabouts", exact: "0.1.0")],
    targets: [.executableTarget(name: "app", dependencies: [.product(name: "Hereabouts", package: "hereabouts")])]
)

// swift-tools-version: 6.0
// Hereabouts for Swift. It stands at the root since SwiftPM looks for it there; all that it names is in bindings/swift.
//
// On Apple's platforms the Rust library is an XCFramework, by address and checksum. On Linux it is the one that
// `cargo xtask swift` built: `LIBRARY_PATH` names its folder for the linker.
//
// For those who work on the package:
//   HEREABOUTS_XCFRAMEWORK=path  an XCFramework of one's own, relative to this folder
//   HEREABOUTS_PLATFORM=apple    Apple's branch of this manifest on any machine, for `swift package dump-package`
//   HEREABOUTS_STAND_INS=1       stand-ins for CoreLocation and Security, so that what needs them is compiled and tested without Apple's SDK

import PackageDescription

/// Of a release; none was made so far.
let binary = (
    url: "https://github.com/hereabouts/hereabouts/releases/download/v0.1.0/HereaboutsFFI.xcframework.zip",
    checksum: "0000000000000000000000000000000000000000000000000000000000000000"
)

let environment = Context.environment
let isForced = environment["HEREABOUTS_PLATFORM"] == "apple"
let hasStandIns = environment["HEREABOUTS_STAND_INS"] == "1"

#if os(Linux)
let isApple = isForced
#else
let isApple = true
#endif

let library: Target =
    if let path = environment["HEREABOUTS_XCFRAMEWORK"] {
        .binaryTarget(name: "HereaboutsFFI", path: path)
    } else if isApple {
        .binaryTarget(name: "HereaboutsFFI", url: binary.url, checksum: binary.checksum)
    } else {
        .systemLibrary(name: "HereaboutsFFI", path: "bindings/swift/Generated/HereaboutsFFI")
    }

let frameworks: [Target.Dependency] = hasStandIns ? ["CoreLocation", "Security"] : []
let standIns: [Target] =
    hasStandIns
    ? [
        .target(name: "CoreLocation", path: "bindings/swift/StandIns/CoreLocation"),
        .target(name: "Security", path: "bindings/swift/StandIns/Security"),
        .testTarget(
            name: "CoreLocationTests",
            dependencies: ["CoreLocation", "Hereabouts"],
            path: "bindings/swift/Tests/CoreLocationTests"
        ),
        .testTarget(
            name: "SecurityTests",
            dependencies: ["Security", "Hereabouts"],
            path: "bindings/swift/Tests/SecurityTests"
        ),
        .testTarget(
            name: "SnippetsTests",
            dependencies: ["CoreLocation", "Hereabouts", "HereaboutsTesting"],
            path: "bindings/swift/Tests/SnippetsTests"
        ),
    ] : []

let package = Package(
    name: "hereabouts",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "Hereabouts", targets: ["Hereabouts"]),
        .library(name: "HereaboutsTesting", targets: ["HereaboutsTesting"]),
    ],
    targets: [
        library,
        .target(
            name: "HereaboutsGenerated",
            dependencies: ["HereaboutsFFI"],
            path: "bindings/swift/Generated/HereaboutsGenerated",
            swiftSettings: [.swiftLanguageMode(.v5)],
            // The library draws its noise from there.
            linkerSettings: isApple ? [.linkedFramework("Security")] : []
        ),
        .target(
            name: "Hereabouts",
            dependencies: ["HereaboutsGenerated"] + frameworks,
            path: "bindings/swift/Sources/Hereabouts",
            resources: [.copy("PrivacyInfo.xcprivacy")]
        ),
        .target(
            name: "HereaboutsTesting",
            dependencies: ["Hereabouts", "HereaboutsGenerated"],
            path: "bindings/swift/Sources/HereaboutsTesting"
        ),
        .testTarget(
            name: "HereaboutsTests",
            dependencies: ["Hereabouts", "HereaboutsTesting", "HereaboutsGenerated", "HereaboutsFFI"],
            path: "bindings/swift/Tests/HereaboutsTests"
        ),
    ] + standIns,
    swiftLanguageModes: [.v6]
)

// The code blocks of the documentation, compiled and run: each block of an article equals what stands here between
// `snippet: NAME` and `end: NAME`, parts of one name with an empty line between them. `cargo xtask swift --test` compares.

import CoreLocation
import Foundation
// snippet: app
// snippet: open
import Hereabouts
// end: open
// end: app
import XCTest

final class AppSnippets: XCTestCase {
    private var sent: [String] = []
    private let url = examples.appendingPathComponent("weather.toml")
    private let (latitude, longitude, accuracy, time) = (52.0907, 5.1214, 12.0, Date())

    /// Application Support of a user who has nothing yet.
    override class func setUp() {
        setenv("XDG_DATA_HOME", FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path, 1)
    }

    private func send(_ json: String) { sent.append(json) }

    func testAnApp() async throws {
        // snippet: app
        // snippet: open
        let policy = try Policy.read(url)                    // or Policy(radiusM: 200, …)
        let minimizer = try await Minimizer.open(policy, ledger: .ofApp(), anchor: .keychain())   // once
        // end: open

        // snippet: release
        let fix = try Fix.wgs84(latitudeDeg: latitude, longitudeDeg: longitude, time: time, horizontalAccuracyM: accuracy)
        switch try await minimizer.release(fix, for: "weather", to: "eu") {
        case .released(let release): send(release.json)
        case .held: break                                    // the last one still stands
        case .withheld(let withheld): print(withheld)        // why; it stays on the device
        }
        // end: release
        // end: app
        XCTAssertEqual(sent.count, 1)
        XCTAssertEqual(try LedgerFile.ofApp().url.deletingLastPathComponent().lastPathComponent, "Hereabouts")

        // snippet: sensing
        let sensing = try await minimizer.sensing(for: "weather", to: "eu")
        let manager = CLLocationManager()
        manager.desiredAccuracy = sensing.desiredAccuracy    // no more accurate than a release can tell
        if let next = sensing.next, next > Date() {
            manager.stopUpdatingLocation()                   // no fix makes a difference until then
        }
        // end: sensing
        XCTAssertFalse(manager.isUpdating)
        XCTAssertGreaterThanOrEqual(manager.desiredAccuracy, kCLLocationAccuracyHundredMeters)
    }

    func testSequences() async throws {
        let minimizer = try Minimizer.replaying(Policy.read(url))
        let fix = try Fix.wgs84(latitudeDeg: latitude, longitudeDeg: longitude, time: time)
        let fixes = AsyncStream { continuation in
            continuation.yield(fix)
            continuation.finish()
        }
        // snippet: sequence
        for try await outcome in fixes.minimized(by: minimizer, for: "weather", to: "eu") {
            if let release = outcome.release { send(release.json) }
        }
        // end: sequence
        XCTAssertEqual(sent.count, 1)
    }

    func testLiveUpdates() async throws {
        let minimizer = try Minimizer.replaying(Policy.read(url))
        // snippet: updates
        for try await outcome in CLLocationUpdate.liveUpdates().minimized(by: minimizer, for: "weather", to: "eu") {
            if let release = outcome.release { send(release.json) }
        }
        // end: updates
        XCTAssertEqual(sent.count, 1)
    }

    func testWhatLeaves() async throws {
        let minimizer = try Minimizer.replaying(Policy.read(url))
        let fix = try Fix.wgs84(latitudeDeg: latitude, longitudeDeg: longitude, time: time)
        var shown = ""
        // snippet: fix
        print(fix)                                           // Fix(..)
        dump(fix)                                            // Fix(..), without a child
        // end: fix
        dump(fix, to: &shown)
        XCTAssertEqual(shown, "- Fix(..)\n")

        // snippet: sent
        if let release = try await minimizer.release(fix, for: "weather", to: "eu").release {
            send(release.json)                               // all that goes out: its loss stays
            print(release)                                   // Release(purpose: weather, grid: h3:7)
            print(release.loss, release.accuracyM ?? .nan)   // what it cost, and how uncertain it is
        }
        // end: sent
        let received = try JSONDecoder().decode(ReceivedRelease.self, from: Data(sent[0].utf8))
        XCTAssertEqual([received.purpose, received.grid], ["weather", "h3:7"])

        // snippet: account
        for receipt in try await minimizer.receipts() {
            print(receipt.time, receipt.destination, receipt.grid, receipt.loss)
        }
        for window in try await minimizer.remaining() {
            print("\(window.remaining) of \(window.budget) left")
        }
        // end: account
        let receipts = try await minimizer.receipts()
        XCTAssertEqual(receipts.map(\.destination), ["eu"])

        // snippet: disclosure
        let disclosure = try await minimizer.disclosure(of: "eu")
        if let metres = disclosure.homeWithinM {
            print("\(disclosure.operator) can tell your home to within \(metres) m")
        }
        // end: disclosure
        XCTAssertEqual(disclosure.releases, 1)

        // snippet: erase
        try await minimizer.erase(olderThanSeconds: 30 * 86_400)
        // end: erase
    }

    func testWhatTheUserDecides() async throws {
        let purpose = Policy.Purpose(
            mechanism: .planarLaplace(epsilon: 1.2), repeats: .fresh, grid: .h3(resolution: 7), intervalSeconds: 900,
            timeBucketSeconds: 3_600)
        let policy = try Policy(
            radiusM: 200, budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)], purposes: ["weather": purpose],
            destinations: ["eu": Policy.Destination(jurisdiction: "DE", operator: "Example Weather GmbH")],
            zones: Policy.ProtectedPlaces(epsilon: 0.5, radiusM: 300))
        let minimizer = try Minimizer.inMemory(policy)
        let home = try Fix.wgs84(latitudeDeg: latitude, longitudeDeg: longitude, time: time)
        // snippet: ceiling
        try await minimizer.chooseCeiling(CeilingNow.off, for: "weather", seconds: 3_600)   // an hour of silence
        // end: ceiling
        let ceiling = try await minimizer.ceiling(for: "weather")
        XCTAssertEqual(ceiling.ceiling, CeilingNow.off)

        // snippet: zone
        switch try await minimizer.protect(home, name: "home") {
        case .drawn(let zone), .already(let zone): print("a disc of \(zone.radiusM) m is protected")
        case .withheld(let withheld): print(withheld)
        }
        // end: zone
        let zones = try await minimizer.zones()
        XCTAssertEqual(zones.zones.map(\.name), ["home"])
    }
}

extension CLLocationUpdate {
    /// Where iOS has its own: one location.
    fileprivate static func liveUpdates() -> AsyncStream<CLLocationUpdate> {
        AsyncStream { continuation in
            let coordinate = CLLocationCoordinate2D(latitude: 52.0907, longitude: 5.1214)
            let location = CLLocation(
                coordinate: coordinate, altitude: 0, horizontalAccuracy: 12, verticalAccuracy: -1, course: -1, speed: -1,
                timestamp: Date())
            continuation.yield(CLLocationUpdate(location: location))
            continuation.finish()
        }
    }
}

/// Where iOS has its own: what of it the snippets set.
private final class CLLocationManager {
    var desiredAccuracy = kCLLocationAccuracyBest
    private(set) var isUpdating = true

    func stopUpdatingLocation() { isUpdating = false }
}

import CoreLocation
import Hereabouts
import XCTest

/// With the stand-in of CoreLocation: what the facade makes of locations as iOS gives them.
final class LocationsTests: XCTestCase {
    private let nine = Date(timeIntervalSince1970: 1_718_874_000)

    private func location(
        latitude: Double = 52.0907, horizontal: Double = 12, altitude: Double = 31.5, vertical: Double = 3, course: Double = 270,
        speed: Double = 2.25, after seconds: Double = 0, isSimulated: Bool? = nil
    ) -> CLLocation {
        let source = isSimulated.map { CLLocationSourceInformation(softwareSimulationState: $0, andExternalAccessoryState: false) }
        return CLLocation(
            coordinate: CLLocationCoordinate2D(latitude: latitude, longitude: 5.1214), altitude: altitude,
            horizontalAccuracy: horizontal, verticalAccuracy: vertical, course: course, speed: speed,
            timestamp: nine + seconds, sourceInfo: source)
    }

    private func minimizer() throws -> Minimizer {
        let run = Policy.Purpose(
            mechanism: .planarLaplace(epsilon: 0.5), repeats: .fresh, grid: .metric(edgeM: 500), intervalSeconds: 900,
            timeBucketSeconds: 900, keep: [.altitude, .speed, .course])
        let eu = Policy.Destination(jurisdiction: "DE", operator: "Example Weather GmbH")
        return try .replaying(
            Policy(
                radiusM: 200, budgets: [.init(loss: 80, windowSeconds: 86_400)], purposes: ["run": run], destinations: ["eu": eu]))
    }

    private func kept(of location: CLLocation) async throws -> [Double?] {
        let outcome = try await minimizer().release(Fix(location), for: "run", to: "eu")
        let release = try XCTUnwrap(outcome.release)
        return [release.altitudeM, release.speedMS, release.courseDeg]
    }

    func testWhatWasMeasuredCrossesAndWhatWasNotIsNil() async throws {
        let whole = try await kept(of: location())
        XCTAssertEqual(whole, [31.5, 2.25, 270])
        let bare = try await kept(of: location(vertical: -1, course: -1, speed: -1))
        XCTAssertEqual(bare, [nil, nil, nil])
        // Below sea level, at rest and due north are measurements.
        let low = try await kept(of: location(altitude: -4, course: 0, speed: 0))
        XCTAssertEqual(low, [-4, 0, 0])
    }

    func testALocationThatIsNoneIsRefusedWithoutItsNumbers() {
        for bad in [location(horizontal: -1), location(latitude: .nan), location(latitude: 95.123456)] {
            XCTAssertThrowsError(try Fix(bad)) { error in
                XCTAssertEqual((error as? HereaboutsError)?.kind, .invalidFix)
                for secret in ["52.09", "5.12", "95.1", "123456"] { XCTAssertFalse("\(error)".contains(secret), "\(error)") }
            }
        }
    }

    func testASimulatedLocationIsKnownAsOneAndMinimizedAlike() async throws {
        XCTAssertFalse(try Fix(location()).isSimulated)
        XCTAssertFalse(try Fix(location(isSimulated: false)).isSimulated)
        let simulated = try Fix(location(isSimulated: true))
        XCTAssertTrue(simulated.isSimulated)
        let outcome = try await minimizer().release(simulated, for: "run", to: "eu")
        XCTAssertNotNil(outcome.release)
        XCTAssertEqual(simulated.time, nine)
    }

    func testLocationsAreMinimizedOneByOne() async throws {
        let locations = AsyncStream { continuation in
            for seconds in [0.0, 1, 900] { continuation.yield(location(after: seconds)) }
            continuation.finish()
        }
        var isReleased: [Bool] = []
        for try await outcome in try locations.minimized(by: minimizer(), for: "run", to: "eu") {
            isReleased.append(outcome.release != nil)
        }
        XCTAssertEqual(isReleased, [true, false, true])
    }

    func testUpdatesWithoutALocationAreSkippedAndDenialIsSurfaced() async throws {
        let denials: [(CLLocationUpdate, LocationDenied)] = [
            (CLLocationUpdate(authorizationDenied: true), .toThisApp),
            (CLLocationUpdate(authorizationDeniedGlobally: true), .toAllApps),
            (CLLocationUpdate(authorizationRestricted: true), .byRestriction),
        ]
        for (update, denied) in denials {
            let updates = AsyncStream { continuation in
                for each in [CLLocationUpdate(), CLLocationUpdate(location: location()), CLLocationUpdate(), update] {
                    continuation.yield(each)
                }
                continuation.finish()
            }
            var outcomes = 0
            do {
                for try await _ in try updates.minimized(by: minimizer(), for: "run", to: "eu") { outcomes += 1 }
                XCTFail("it should end with the denial")
            } catch {
                XCTAssertEqual(error as? LocationDenied, denied)
                XCTAssertNotNil((error as? LocationDenied)?.recoverySuggestion)
            }
            XCTAssertEqual(outcomes, 1)
        }
    }

    func testTheAccuracyThatIsAskedForIsTheCoarsestThatSuffices() async throws {
        let sensing = try await minimizer().sensing(for: "run", to: "eu")
        XCTAssertEqual(sensing.desiredAccuracyName, "kCLLocationAccuracyHundredMeters")
        XCTAssertEqual(sensing.desiredAccuracy, kCLLocationAccuracyHundredMeters)
    }
}

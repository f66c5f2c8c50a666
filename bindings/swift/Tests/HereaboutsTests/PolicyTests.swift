import Foundation
import Hereabouts
import HereaboutsTesting
import XCTest

final class PolicyTests: XCTestCase {
    func testAPolicyInCodeIsThatOfAFile() throws {
        let built = try Policy(
            radiusM: 200, budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)],
            purposes: [
                "weather": Policy.Purpose(
                    mechanism: .planarLaplace(epsilon: 1.2), repeats: .hold(withinM: 10_000, epsilon: 0.5, recall: 16),
                    grid: .h3(resolution: 7), intervalSeconds: 900, timeBucketSeconds: 3_600)
            ],
            destinations: [
                "eu": Policy.Destination(
                    jurisdiction: "DE", operator: "Example Weather GmbH", floor: Policy.Floor(areaKm2: 1.0)),
                "cn": Policy.Destination(jurisdiction: "CN", operator: "Example Carrier", floor: Policy.Floor(preset: "all")),
            ])
        let read = try Policy(toml: try XCTUnwrap(VectorsTests.journeys.first { $0.name == "hold" }).policy)
        XCTAssertEqual(built.fingerprint, read.fingerprint)
        XCTAssertEqual(built, read)
        XCTAssertEqual(built.diff(read), [])
        XCTAssertEqual(built.purposes + built.destinations, ["weather", "cn", "eu"])
        XCTAssertEqual(built.ceilings, [CeilingNow.off, CeilingNow.precise])
        XCTAssertEqual(built.grid(for: "weather", to: "eu"), "h3:7")
        XCTAssertNil(built.grid(for: "weather", to: "us"))
        let quieter = try fresh()
        let change = "budget: the most epsilon in 24 h was 8 and is 4.6: tells less"
        XCTAssertEqual(built.diff(quieter).first { $0.telling == .less }?.text, change)
        XCTAssert(quieter.diff(built).contains { $0.telling == .more })
    }

    func testAPolicyInCodeFailsInTheWordsOfAFile() throws {
        for (radius, budget) in [(-1.0, 8.0), (.nan, 8.0), (200, -1), (200, .infinity)] {
            XCTAssertThrowsError(
                try Policy(
                    radiusM: radius, budgets: [Policy.Budget(loss: budget, windowSeconds: 86_400)], purposes: ["weather": purpose],
                    destinations: ["eu": eu])
            ) { XCTAssertEqual(($0 as? HereaboutsError)?.kind, .invalidPolicy, "\($0)") }
        }
        for (interval, resolution, key) in [(-900, 7, "interval"), (900, 300, "resolution"), (900, -1, "resolution")] {
            let weather = Policy.Purpose(
                mechanism: .planarLaplace(epsilon: 1), repeats: .fresh, grid: .h3(resolution: resolution),
                intervalSeconds: interval, timeBucketSeconds: 3_600)
            XCTAssertThrowsError(
                try Policy(
                    radiusM: 200, budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)], purposes: ["weather": weather],
                    destinations: ["eu": eu])
            ) { XCTAssert("\($0)".contains(key), "\($0)") }
        }
    }

    func testWhatWasMeasuredCrossesWhereThePolicyKeepsIt() async throws {
        let weather = Policy.Purpose(
            mechanism: .planarLaplace(epsilon: 0.5), repeats: .fresh, grid: .metric(edgeM: 500), intervalSeconds: 900,
            timeBucketSeconds: 900, keep: [.altitude, .speed])
        let policy = try Policy(
            radiusM: 200, budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)], purposes: ["weather": weather],
            destinations: ["eu": eu])
        let fix = try Fix.wgs84(
            latitudeDeg: 52.0907, longitudeDeg: 5.1214, time: nine, altitudeM: 31.5, speedMS: 2.25, courseDeg: 270)
        let outcome = try await Minimizer.replaying(policy).release(fix, for: "weather", to: "eu")
        let release = try XCTUnwrap(outcome.release)
        XCTAssertEqual([release.altitudeM, release.speedMS, release.courseDeg], [31.5, 2.25, nil])
    }

    func testAZoneIsADiscAndItsRuleIsReceipted() async throws {
        let minimizer = try Minimizer.replaying(fresh(zones: Policy.ProtectedPlaces(epsilon: 0.5, radiusM: 300)))
        guard case .drawn(let zone) = try await minimizer.protect(fix(), name: "Herrengasse 9") else { return XCTFail("it is new") }
        guard case .already = try await minimizer.protect(fix(), name: "again") else { return XCTFail("it is there") }
        XCTAssertGreaterThan(zone.radiusM, 300)
        XCTAssertEqual(try JSONDecoder().decode(Zone.self, from: JSONEncoder().encode(zone)), zone)
        try await minimizer.renameZone("Herrengasse 9", to: "home")
        _ = try await minimizer.released(to: "eu")
        let rule = try await minimizer.receipts().first?.rule
        XCTAssertEqual(rule, "zone")
        try await minimizer.removeZone("home")
        let zones = try await minimizer.zones()
        XCTAssert(zones.zones.isEmpty)
        XCTAssertEqual(zones.draws, 1)
    }

    func testReceiptsComeInPagesAndAnErasedPlaceIsGone() async throws {
        let minimizer = try Minimizer.replaying(fresh())
        for destination in ["eu", "cn"] { _ = try await minimizer.released(to: destination) }
        let (first, rest) = (try await minimizer.receipts(most: 1), try await minimizer.receipts(after: 1))
        XCTAssertEqual((first + rest).map(\.destination), ["eu", "cn"])
        let csv = try await minimizer.receiptsCSV()
        XCTAssert(csv.hasPrefix("sequence,time,purpose,destination,"))
        let erased = try await minimizer.erase()
        XCTAssertEqual(erased, 2)
        let receipts = try await minimizer.receipts()
        XCTAssert(receipts.allSatisfy { $0.cell == nil })
        let windows = try await minimizer.remaining()
        let window = try XCTUnwrap(windows.first)
        XCTAssertEqual(window.budget.billionths, window.spent.billionths + window.remaining.billionths)
        XCTAssertEqual(try JSONDecoder().decode(Remaining.self, from: JSONEncoder().encode(window)), window)
    }

    func testSensingAndDisclosureSayWhatTheCoreSays() async throws {
        let minimizer = try Minimizer.replaying(example("weather.toml"))
        _ = try await minimizer.released(to: "cn")
        let sensing = try await minimizer.sensing(for: "weather", to: "cn")
        XCTAssertEqual(sensing.accuracy, .hundredMetres)
        XCTAssertEqual(sensing.desiredAccuracyName, "kCLLocationAccuracyHundredMeters")
        XCTAssertEqual(sensing.next, nine + quarter)
        XCTAssertEqual(sensing.maximumAgeSeconds, quarter)
        let disclosure = try await minimizer.disclosure(of: "cn")
        XCTAssertEqual([disclosure.jurisdiction, disclosure.operator], ["CN", "Example Carrier"])
        XCTAssertEqual(disclosure.releases, 1)
        XCTAssertNil(disclosure.homeWithinM)
        XCTAssert(disclosure.json.contains("\"bound\":\(disclosure.lossBound)"), disclosure.json)
    }
}

import Foundation
import Hereabouts
import HereaboutsTesting
import XCTest

final class RoadTests: FolderCase {
    func testAReleaseSaysWhatThePolicyNamesAndItsJSONIsRusts() async throws {
        let minimizer = try Minimizer.replaying(example("weather.toml"))
        guard case .released(let release) = try await minimizer.release(fix(), for: "weather", to: "eu") else {
            return XCTFail("it is due")
        }
        XCTAssertEqual([release.purpose, release.grid], ["weather", "h3:7"])
        let latitude = try XCTUnwrap(release.latitudeDeg)
        XCTAssert(release.json.hasPrefix(#"{"v":1,"purpose":"weather","lat":\#(latitude),"lon":"#), release.json)
        XCTAssert(release.json.contains(#""cell":"\#(try XCTUnwrap(release.cell))""#))
        XCTAssert(release.json.hasSuffix(#""time":"2024-06-20T09:00:00Z","span_s":3600}"#))
        XCTAssert(try XCTUnwrap(release.geoURI).hasPrefix("geo:\(latitude),"))
        XCTAssert(try XCTUnwrap(release.geoJSON).contains("\"Feature\""))
        XCTAssertNil(release.altitudeM)
        XCTAssertGreaterThan(release.loss.value, 0)
    }

    func testWhatIsReceivedSaysWhatWasSent() async throws {
        let minimizer = try Minimizer.replaying(example("weather.toml"))
        let release = try await minimizer.released(to: "eu")
        let received = try JSONDecoder().decode(ReceivedRelease.self, from: Data(release.json.utf8))
        XCTAssertEqual(received.latitudeDeg, release.latitudeDeg)
        XCTAssertEqual(received.time, nine)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        XCTAssertEqual(try encoder.encode(received), try encoder.encode(release), "a release is encoded as its JSON, without its loss")
        let receipts = try await minimizer.receipts()
        let table = try await JSONDecoder().decode(Receipt.self, from: Data(minimizer.receiptsJSON().utf8))
        XCTAssertEqual([table], receipts)
    }

    func testWhatIsWithheldSaysWhyUntilWhenAndInRustsWords() async throws {
        let minimizer = try Minimizer.replaying(example("weather.toml"))
        _ = try await minimizer.release(fix(), for: "weather", to: "eu")
        guard case .withheld(let withheld) = try await minimizer.release(fix(at: nine + 0.001), for: "weather", to: "eu") else {
            return XCTFail("it is not due")
        }
        XCTAssertEqual(withheld.reason, .notDue)
        XCTAssertEqual(withheld.until, nine + quarter)
        XCTAssertEqual(withheld.text, "not due before 2024-06-20T09:15:00Z: the purpose releases once in its interval")
        guard case .withheld = try await minimizer.preview(for: "weather", to: "eu") else { return XCTFail("it is not due") }
        try await minimizer.chooseCeiling(CeilingNow.off, for: "weather")
        guard case .withheld(let off) = try await minimizer.release(fix(at: nine + quarter), for: "weather", to: "eu") else {
            return XCTFail("it is off")
        }
        XCTAssertEqual(off.reason, .turnedOff)
        let ceiling = try await minimizer.ceiling(for: "weather").ceiling
        XCTAssertEqual(ceiling, CeilingNow.off)
    }

    func testACeilingForATimeEndsByItself() async throws {
        let clock = FakeClock(nine)
        let minimizer = try Minimizer.inMemory(example("weather.toml"), clock: clock)
        try await minimizer.chooseCeiling(CeilingNow.off, for: "weather")
        try await minimizer.chooseCeiling(CeilingNow.precise, for: "weather", seconds: 3_600)
        let chosen = try await minimizer.ceiling(for: "weather")
        XCTAssertEqual(chosen.until, nine + 3_600)
        clock.advance(seconds: 3_660)
        let after = try await minimizer.ceiling(for: "weather")
        XCTAssertEqual(after.ceiling, CeilingNow.off)
    }

    func testAPlaceIsToldByItsNameAndFilesComeWithThePolicy() async throws {
        let squares = """
            {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "The Square"}, "geometry":
            {"type": "Polygon", "coordinates": [[[4.6, 51.7], [5.6, 51.7], [5.6, 52.5], [4.6, 52.5], [4.6, 51.7]]]}}]}
            """
        func minimizer(_ grid: Policy.Grid, _ sensitive: Policy.SensitivePlaces?) throws -> Minimizer {
            let weather = Policy.Purpose(
                mechanism: .planarLaplace(epsilon: 1), repeats: .fresh, grid: grid, intervalSeconds: 900, timeBucketSeconds: 3_600)
            return try .replaying(
                Policy(
                    radiusM: 200, budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)], purposes: ["weather": weather],
                    destinations: ["eu": eu], sensitive: sensitive, files: ["squares.geojson": squares]))
        }
        let naming = try minimizer(.places(file: "squares.geojson"), nil)
        let named = try await naming.released(to: "eu")
        XCTAssertEqual([named.place, named.cell, named.grid], ["The Square", nil, "places:squares"])
        XCTAssertNil(named.latitudeDeg)
        XCTAssert(named.json.contains(#""place":"The Square""#) && !named.json.contains("lat"), named.json)
        let received = try JSONDecoder().decode(ReceivedRelease.self, from: Data(named.json.utf8))
        XCTAssertEqual(received.place, "The Square")
        assertHides(shown(named), ["The Square"])

        let floor = Policy.Floor(areaKm2: 1_000)
        let coarsening = try minimizer(.h3(resolution: 6), Policy.SensitivePlaces(file: "squares.geojson", floor: floor))
        let coarse = try await coarsening.released(to: "eu")
        XCTAssertEqual([coarse.grid, coarse.place], ["h3:3", nil])
        let rule = try await coarsening.receipts().first?.rule
        XCTAssertEqual(rule, "sensitive")

        let text = try String(contentsOf: root.appendingPathComponent("examples/policies/country.toml"), encoding: .utf8)
        XCTAssertThrowsError(try Policy(text: text, files: [:])) { XCTAssert("\($0)".contains("cannot be read"), "\($0)") }
        let policy = try Policy(text: text, files: ["../data/natural-earth/countries.geojson": squares])
        XCTAssertEqual(policy.grid(for: "prices", to: "shop"), "places:countries")
    }

    func testALedgerOfAFileRemembersAndItsAnchorNoticesThatItIsGone() async throws {
        let ledger = LedgerFile(folder.appendingPathComponent("ledger/ledger.db"))
        let line = Line()
        for anchor in [Anchor.file(folder.appendingPathComponent("anchor")), Anchor.store(line)] {
            func open() async throws -> Minimizer {
                try await Minimizer.open(fresh(), ledger: ledger, anchor: anchor, clock: FakeClock(nine))
            }
            let first = try await open()
            _ = try await first.released(to: "eu")
            first.close()
            let second = try await open()
            let kept = try await second.receipts().count
            XCTAssertEqual(kept, 1)
            second.close()
            try FileManager.default.removeItem(at: folder.appendingPathComponent("ledger"))
            let third = try await open()
            guard case .withheld(let withheld) = try await third.release(fix(), for: "weather", to: "eu") else {
                return XCTFail("the budget counts as spent")
            }
            XCTAssertEqual(withheld.reason, .budgetSpent)
            third.close()
            try FileManager.default.removeItem(at: folder.appendingPathComponent("ledger"))
        }
        XCTAssert(try XCTUnwrap(line.read()).hasPrefix("hereabouts anchor 1 "))
    }

    func testABatchIsDecidedAsItsRequestsAreAndOneThatFailsReleasesNothing() async throws {
        let minimizer = try Minimizer.replaying(fresh())
        let good = try ["eu", "cn", "eu"].map { Request(try fix(), for: "weather", to: $0) }
        do {
            _ = try await minimizer.releaseAll(good + [Request(fix(), for: "weather", to: "us")])
            XCTFail("it should fail")
        } catch { XCTAssertEqual(error.kind, .unknownDestination) }
        let none = try await minimizer.receipts()
        XCTAssert(none.isEmpty)
        let outcomes = try await minimizer.releaseAll(good)
        XCTAssertEqual(outcomes.map { $0.release != nil }, [true, true, false])
        let batch = try FixBatch.wgs84(
            latitudesDeg: Array(repeating: 48.2, count: 1_000), longitudesDeg: Array(repeating: 16.37, count: 1_000),
            times: (1...1_000).map { nine + quarter * Double($0) }, horizontalAccuraciesM: Array(repeating: .nan, count: 1_000))
        XCTAssertEqual(batch.count, 1_000)
        let many = try await minimizer.releaseBatch(batch, for: "weather", to: "eu")
        XCTAssertEqual(many.count, 1_000)
    }

    func testWhatIsSealedGoesOutAsItsMessageWhichTheKeyOpens() async throws {
        let key = try SecretKey.generate()
        let sealed = Policy.Destination(
            jurisdiction: "CN", operator: "Example Carrier", keys: "Example Weather GmbH", sealTo: key.publicKey)
        let policy = try Policy(
            radiusM: 200, budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)], purposes: ["weather": purpose],
            destinations: ["cn": sealed])
        let release = try await Minimizer.replaying(policy).released(to: "cn")
        XCTAssert(release.isSealed)
        XCTAssertNil(release.geoURI)
        XCTAssertEqual(policy.messageBytes(to: "cn"), release.json.utf8.count)
        let again = try SecretKey(text: key.toText())
        let opened = try again.open(release.json, for: "weather", to: "cn", fingerprint: policy.fingerprint)
        XCTAssert(opened.contains(try XCTUnwrap(release.cell)))
        assertHides(shown(key), [key.toText()])
    }

    func testAPromiseThatIsBrokenHasRustsTextAndNamesNoPlace() throws {
        let times = (0..<8).map { Date(timeIntervalSince1970: 1_718_841_600 + 3_600 * Double($0)) }
        let night = try FixBatch.wgs84(
            latitudesDeg: Array(repeating: 52.0907, count: 8), longitudesDeg: Array(repeating: 5.1214, count: 8), times: times,
            horizontalAccuraciesM: Array(repeating: .nan, count: 8))
        let options = RehearsalOptions(purposes: ["pick-up"], days: 3, runs: 3)
        let rehearsal = try Rehearsal(example("ride-sharing.toml"), on: night, options: options)
        try rehearsal.assertAllowsAtMost(loss: 1_000, windowSeconds: 86_400)
        XCTAssertThrowsError(try rehearsal.assertHomeUncertain(metres: 4_000, days: 3)) { error in
            guard let broken = error as? BrokenPromise else { return XCTFail("\(error)") }
            XCTAssertEqual(broken.promise, "home stays at least 4000 m uncertain after 3 days")
            XCTAssert(broken.text.hasPrefix("\(broken.promise): broken\n  found:  \(broken.found)\n  when:   2024-06-"), broken.text)
            XCTAssert(broken.text.hasSuffix("\n  change: \(broken.change)"))
            assertHides(shown(broken))
        }
    }
}

/// A store that keeps one line.
private final class Line: AnchorStore, @unchecked Sendable {
    private let lock = NSLock()
    private var line: String?

    func read() -> String? { lock.withLock { line } }

    func write(_ line: String) { lock.withLock { self.line = line } }
}

// See AppSnippets.swift.

import Foundation
import Hereabouts
// snippet: promise
import HereaboutsTesting
// end: promise
import XCTest

let examples = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }
    .appendingPathComponent("examples/policies")

func weather() throws(HereaboutsError) -> Policy {
    // snippet: policy
    let policy = try Policy(
        radiusM: 200,
        budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)],
        purposes: [
            "weather": Policy.Purpose(
                mechanism: .planarLaplace(epsilon: 1.2), repeats: .hold(withinM: 10_000, epsilon: 0.5, recall: 16),
                grid: .h3(resolution: 7), intervalSeconds: 900, timeBucketSeconds: 3_600)
        ],
        destinations: [
            "eu": Policy.Destination(jurisdiction: "DE", operator: "Example Weather GmbH", floor: Policy.Floor(areaKm2: 1))
        ])
    // end: policy
    return policy
}

final class PolicySnippets: XCTestCase {
    private let policy = try! weather()

    /// A day, every quarter of an hour: at home, and from nine to five at work.
    private let journey: FixBatch = {
        let quarters = Array(0..<96)
        let isAtWork = quarters.map { (36..<68).contains($0) }
        return try! FixBatch.wgs84(
            latitudesDeg: isAtWork.map { $0 ? 52.1561 : 52.0907 }, longitudesDeg: isAtWork.map { $0 ? 5.3878 : 5.1214 },
            times: quarters.map { Date(timeIntervalSince1970: 1_718_841_600 + 900 * Double($0)) },
            horizontalAccuraciesM: Array(repeating: .nan, count: quarters.count))
    }()

    // snippet: promise
    func testHomeStaysUncertain() throws {
        let rehearsal = try Rehearsal(policy, on: journey)
        try rehearsal.assertHomeUncertain(metres: 400, days: 30)
        try rehearsal.assertOnlyFields(Rehearsal.placeAndTime)
    }
    // end: promise

    // snippet: budget
    func testTheBudgetIsKept() throws {
        let week = RehearsalOptions(purposes: ["weather"], destinations: ["eu"], days: 7)
        let rehearsal = try Rehearsal(policy, on: journey, options: week)
        try rehearsal.assertSpendsAtMost(loss: 8, windowSeconds: 86_400)   // on this journey
        try rehearsal.assertAllowsAtMost(loss: 8, windowSeconds: 86_400)   // on any: it follows from the policy
        try rehearsal.assertLinkedAtMost(share: 0.05)                      // by its time alone
        try rehearsal.assertErrorAtMost(metres: 5_000)                     // and yet it is of use
        try rehearsal.assertAnswersAtLeast(share: 0.95)
    }
    // end: budget

    func testABrokenPromise() throws {
        let rehearsal = try Rehearsal(policy, on: journey, options: RehearsalOptions(days: 3, runs: 3))
        var changes = ""
        // snippet: broken
        do {
            try rehearsal.assertHomeUncertain(metres: 40_000, days: 3)
        } catch {
            print(error.found)     // what was found instead
            print(error.change)    // which line of the policy to change
        }
        // end: broken
        do { try rehearsal.assertHomeUncertain(metres: 40_000, days: 3) } catch { changes = error.change }
        XCTAssert(changes.contains("[purposes.weather]"), changes)
    }

    // snippet: clock
    func testTheCeilingEndsAfterAnHour() async throws {
        let clock = FakeClock(Date(timeIntervalSince1970: 1_718_874_000))
        let minimizer = try Minimizer.inMemory(policy, clock: clock)
        try await minimizer.chooseCeiling(CeilingNow.off, for: "weather", seconds: 3_600)
        clock.advance(seconds: 3_660)
        let now = try await minimizer.ceiling(for: "weather")
        XCTAssertEqual(now.ceiling, CeilingNow.precise)
    }
    // end: clock

    func testExplanations() throws {
        let old = try Policy.read(examples.appendingPathComponent("weather.toml"))
        // snippet: explain
        print(policy.explain(latitudeDeg: 52))               // what each destination learns, in sentences
        for note in policy.notes { print(note) }             // what whoever reviews it should know
        for change in old.diff(policy) { print(change) }     // what an update of the app tells more
        // end: explain
        XCTAssert(policy.explain(latitudeDeg: 52).contains("Example Weather GmbH"))
        XCTAssertFalse(old.diff(policy).isEmpty)
    }

    func testFloors() throws {
        // snippet: floor
        let carrier = Policy.Destination(
            jurisdiction: "CN", operator: "Example Carrier", floor: Policy.Floor(preset: "all"), intervalSeconds: 3_600)
        // end: floor
        XCTAssert(Policy.presets.contains("all"))
        let purpose = Policy.Purpose(
            mechanism: .planarLaplace(epsilon: 1.2), repeats: .fresh, grid: .h3(resolution: 7), intervalSeconds: 900,
            timeBucketSeconds: 3_600)
        let policy = try Policy(
            radiusM: 200, budgets: [Policy.Budget(loss: 8, windowSeconds: 86_400)], purposes: ["weather": purpose],
            destinations: ["cn": carrier])
        XCTAssertEqual(policy.grid(for: "weather", to: "cn"), "h3:6")
    }
}

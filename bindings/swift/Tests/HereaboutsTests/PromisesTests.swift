import Foundation
import Hereabouts
import HereaboutsTesting
import XCTest

/// A broken promise has one text in three languages: the table that Rust wrote is read here.
final class PromisesTests: XCTestCase {
    private struct Table: Decodable {
        let policy: String
        let purposes: [String]
        let days, runs: Int
        let seed: UInt64
        let latitudes_deg, longitudes_deg: [Double]
        let times_ms: [Int64]
        let promises: [Promised]
    }

    private struct Promised: Decodable {
        let assertion: String
        let numbers: [Double]
        let fields: [String]
        let text: String?
    }

    private struct NoSuchAssertion: Error { let name: String }

    func testEachAssertionPassesOrFailsWithTheTextOfTheTable() throws {
        let data = try Data(contentsOf: root.appendingPathComponent("bindings/vectors/promises.json"))
        let table = try JSONDecoder().decode(Table.self, from: data)
        let fixes = try table.times_ms.indices.map { index in
            try Fix.wgs84(
                latitudeDeg: table.latitudes_deg[index], longitudeDeg: table.longitudes_deg[index],
                time: Date(timeIntervalSince1970: Double(table.times_ms[index]) / 1_000))
        }
        let options = RehearsalOptions(purposes: table.purposes, days: table.days, runs: table.runs, seed: table.seed)
        let rehearsal = try Rehearsal(example(table.policy), on: FixBatch(fixes), options: options)
        XCTAssertGreaterThanOrEqual(table.promises.count, 16)
        for promised in table.promises {
            var text: String?
            do { try check(promised, of: rehearsal) } catch let broken as BrokenPromise { text = "\(broken)" }
            XCTAssertEqual(text, promised.text, promised.assertion)
        }
    }

    private func check(_ promised: Promised, of rehearsal: Rehearsal) throws {
        let numbers = promised.numbers
        switch promised.assertion {
        case "spends_at_most": try rehearsal.assertSpendsAtMost(loss: numbers[0], windowSeconds: Int(numbers[1]))
        case "allows_at_most": try rehearsal.assertAllowsAtMost(loss: numbers[0], windowSeconds: Int(numbers[1]))
        case "home_uncertain": try rehearsal.assertHomeUncertain(metres: numbers[0], days: Int(numbers[1]))
        case "work_uncertain": try rehearsal.assertWorkUncertain(metres: numbers[0], days: Int(numbers[1]))
        case "only_fields": try rehearsal.assertOnlyFields(promised.fields)
        case "linked_at_most": try rehearsal.assertLinkedAtMost(share: numbers[0])
        case "error_at_most": try rehearsal.assertErrorAtMost(metres: numbers[0])
        case "answers_at_least": try rehearsal.assertAnswersAtLeast(share: numbers[0])
        default: throw NoSuchAssertion(name: promised.assertion)
        }
    }
}

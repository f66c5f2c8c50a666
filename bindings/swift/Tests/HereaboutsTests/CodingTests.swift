import Foundation
import Hereabouts
import XCTest

/// What apps store and send of the library's values is what Rust writes of them, and is read back as it was.
final class CodingTests: XCTestCase {
    private func object(_ json: Data) throws -> NSDictionary {
        try XCTUnwrap(JSONSerialization.jsonObject(with: json) as? NSDictionary)
    }

    private func assertIsReadBack<Value: Codable & Equatable>(_ value: Value, line: UInt = #line) throws {
        XCTAssertEqual(try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value)), value, line: line)
    }

    func testAReceiptIsWrittenAsRustWritesItInEitherAccounting() async throws {
        for name in ["weather.toml", "fleet.toml"] {
            let policy = try example(name)
            let minimizer = try Minimizer.replaying(policy)
            for purpose in policy.purposes {
                for destination in policy.destinations { _ = try await minimizer.release(fix(), for: purpose, to: destination) }
            }
            let receipts = try await minimizer.receipts()
            let lines = try await minimizer.receiptsJSON().split(separator: "\n")
            XCTAssert(receipts.count == lines.count && !lines.isEmpty, name)
            for (receipt, line) in zip(receipts, lines) {
                XCTAssertEqual(try object(JSONEncoder().encode(receipt)), try object(Data(line.utf8)), name)
                try assertIsReadBack(receipt)
            }
            // A receipt of which the place is erased has none.
            try await minimizer.erase()
            let (erased, told) = (try await minimizer.receipts(), try await minimizer.receiptsJSON().split(separator: "\n"))
            XCTAssertEqual(try object(JSONEncoder().encode(erased[0])), try object(Data(told[0].utf8)), name)
        }
    }

    func testWhatRustWritesNoJSONOfIsReadBackAsItWas() async throws {
        let minimizer = try Minimizer.replaying(fresh(zones: Policy.ProtectedPlaces(epsilon: 0.5, radiusM: 300)))
        _ = try await minimizer.protect(fix(), name: "home")
        _ = try await minimizer.released(to: "eu")
        for window in try await minimizer.remaining() { try assertIsReadBack(window) }
        try assertIsReadBack(try await minimizer.zones())
        try assertIsReadBack(try await minimizer.sensing(for: "weather", to: "eu"))
        try assertIsReadBack(try await minimizer.ceiling(for: "weather"))
        try await minimizer.chooseCeiling(CeilingNow.off, for: "weather", seconds: 3_600)
        let ceiling = try await minimizer.ceiling(for: "weather")
        XCTAssertNotNil(ceiling.until)
        try assertIsReadBack(ceiling)
        let silent = try await minimizer.sensing(for: "weather", to: "eu")
        try assertIsReadBack(silent)
        guard case .withheld(let withheld) = try await minimizer.release(fix(at: nine + quarter), for: "weather", to: "eu") else {
            return XCTFail("it is off")
        }
        try assertIsReadBack(withheld)
        let changes = try example("weather.toml").diff(fresh())
        XCTAssertFalse(changes.isEmpty)
        try assertIsReadBack(changes)
        try assertIsReadBack(HereaboutsError.Kind.allCases)
    }
}

import Foundation
import Hereabouts
import XCTest

/// 2024-06-20T09:00:00Z.
let nine = Date(timeIntervalSince1970: 1_718_874_000)

let quarter: TimeInterval = 900

/// The root of the package.
let root = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }

func example(_ name: String) throws(HereaboutsError) -> Policy {
    try Policy.read(root.appendingPathComponent("examples/policies").appendingPathComponent(name))
}

let purpose = Policy.Purpose(
    mechanism: .planarLaplace(epsilon: 0.5), repeats: .fresh, grid: .h3(resolution: 7), intervalSeconds: 900,
    timeBucketSeconds: 3_600)

let eu = Policy.Destination(jurisdiction: "DE", operator: "Example Weather GmbH")

let cn = Policy.Destination(jurisdiction: "CN", operator: "Example Carrier", floor: Policy.Floor(areaKm2: 30))

/// Nine draws fit in the window: a policy under which every tick draws.
func fresh(zones: Policy.ProtectedPlaces? = nil) throws(HereaboutsError) -> Policy {
    try Policy(
        radiusM: 200, budgets: [Policy.Budget(loss: 4.6, windowSeconds: 86_400)], purposes: ["weather": purpose],
        destinations: ["eu": eu, "cn": cn], zones: zones)
}

func fix(at time: Date = nine) throws(HereaboutsError) -> Fix {
    try .wgs84(latitudeDeg: 52.0907, longitudeDeg: 5.1214, time: time, horizontalAccuracyM: 12)
}

extension Minimizer {
    /// A release of ``fix(at:)`` that a test counts on.
    func released(to destination: String) async throws -> Release {
        let outcome = try await release(fix(), for: "weather", to: destination)
        return try XCTUnwrap(outcome.release)
    }
}

/// What the facade tells of an error that the generated code threw.
func told(_ error: any Error) -> HereaboutsError? {
    do throws(HereaboutsError) {
        try crossing { throw error }
        return nil
    } catch { return error }
}

/// What must not be seen of ``fix(at:)``, whole or in part.
let secrets = ["52.09", "5.12", "0907", "1214"]

/// Everything that Swift shows of a value when it is asked to.
func shown(_ value: Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    return "\(value) \(String(reflecting: value)) \(dumped)"
}

func assertHides(_ text: String, _ hidden: [String] = secrets, file: StaticString = #filePath, line: UInt = #line) {
    for secret in hidden { XCTAssertFalse(text.contains(secret), text, file: file, line: line) }
}

/// A folder of its own for each test, which is removed after it.
class FolderCase: XCTestCase {
    private(set) var folder = FileManager.default.temporaryDirectory

    override func setUpWithError() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString, isDirectory: true)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    override func tearDownWithError() throws { try FileManager.default.removeItem(at: folder) }
}

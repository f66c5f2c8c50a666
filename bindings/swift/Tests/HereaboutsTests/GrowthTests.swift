#if os(Linux)
import Foundation
import Hereabouts
import HereaboutsTesting
import XCTest

/// What an app does all day, in a million calls: what grows then is ours.
final class GrowthTests: XCTestCase {
    func testAMillionCallsNeedNoMoreMemoryThanTwoHundredThousand() throws {
        // A sanitizer keeps what was freed, and is not what an app runs with.
        try XCTSkipIf(ProcessInfo.processInfo.environment["HEREABOUTS_SANITIZED"] != nil)
        let minimizer = try Minimizer.inMemory(fresh(), clock: FakeClock(nine))
        var early = 0
        for round in 1...250_000 {
            // A fix is made, released, asked about and freed: with an answer, a reason, a failure or a text that crosses back.
            let fix = try fix()
            let outcome = try minimizer.releaseBlocking(fix, for: "weather", to: round % 2 == 0 ? "eu" : "cn")
            switch round % 3 {
            case 0: XCTAssertEqual(fix.time, nine)
            case 1: XCTAssertNil(try? Fix.wgs84(latitudeDeg: 95, longitudeDeg: 5, time: nine))
            default: if case .withheld(let withheld) = outcome { XCTAssertFalse(withheld.text.isEmpty) }
            }
            if round == 50_000 { early = try residentKilobytes() }
        }
        let late = try residentKilobytes()
        XCTAssertLessThan(late - early, 4_096, "\(early) kB after 200,000 calls, \(late) kB after a million")
    }

    /// The whole process: what Rust holds is in it too.
    private func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try XCTUnwrap(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try XCTUnwrap(Int(line.filter(\.isNumber)))
    }
}
#endif

import Foundation
import Hereabouts
import HereaboutsGenerated
import XCTest

private typealias Told = Hereabouts.HereaboutsError
private typealias Fix = Hereabouts.Fix
private typealias FixBatch = Hereabouts.FixBatch
private typealias Minimizer = Hereabouts.Minimizer
private typealias Policy = Hereabouts.Policy
private typealias SecretKey = Hereabouts.SecretKey

final class ErrorsTests: FolderCase {
    private func wgs84(
        _ latitude: Double, _ longitude: Double, _ time: Date = nine, accuracy: Double? = nil, speed: Double? = nil,
        course: Double? = nil
    ) throws(Told) {
        _ = try Fix.wgs84(
            latitudeDeg: latitude, longitudeDeg: longitude, time: time, horizontalAccuracyM: accuracy, speedMS: speed,
            courseDeg: course)
    }

    /// Every failure that can be brought about here, by its kind.
    private func failures() async throws -> [(Told.Kind, () async throws -> Void)] {
        let minimizer = try Minimizer.replaying(example("weather.toml"))
        let zoned = try Minimizer.replaying(fresh(zones: Hereabouts.Policy.ProtectedPlaces(epsilon: 0.5, radiusM: 300)))
        _ = try await zoned.protect(fix(), name: "home")
        _ = try await zoned.protect(.wgs84(latitudeDeg: -33.8, longitudeDeg: 151.2, time: nine), name: "work")
        let (key, folder) = (try SecretKey.generate(), folder)
        let noise = folder.appendingPathComponent("noise.db")
        try Data((0..<8_192).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: noise)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: noise.path)
        let closed = try Minimizer.replaying(fresh())
        closed.close()
        return [
            (.invalidFix, { try self.wgs84(95.123456, 5.654321) }),
            (.invalidFix, { try self.wgs84(52.123456, 195.654321) }),
            (.invalidFix, { try self.wgs84(.nan, 5.654321) }),
            (.invalidFix, { try self.wgs84(52.123456, 5.654321, Date(timeIntervalSince1970: -1)) }),
            (.invalidFix, { try self.wgs84(52.123456, 5.654321, .distantFuture) }),
            (.invalidFix, { try self.wgs84(52.123456, 5.654321, Date(timeIntervalSince1970: .infinity)) }),
            (.invalidFix, { try self.wgs84(52.123456, 5.654321, Date(timeIntervalSince1970: .nan)) }),
            (.invalidFix, { try self.wgs84(52.123456, 5.654321, accuracy: -7.25) }),
            (.invalidFix, { try self.wgs84(52.123456, 5.654321, speed: -1.25) }),
            (.invalidFix, { try self.wgs84(52.123456, 5.654321, course: 360.25) }),
            (.invalidFix, { _ = try Fix.gcj02(latitudeDeg: 30.123456, longitudeDeg: 72.006, time: nine) }),
            (.invalidFix, { _ = try Fix.bd09(latitudeDeg: 1.123456, longitudeDeg: 2.654321, time: nine) }),
            (
                .invalidFix,
                {
                    _ = try FixBatch.wgs84(
                        latitudesDeg: [95.123456], longitudesDeg: [5.654321], times: [nine], horizontalAccuraciesM: [1])
                }
            ),
            (
                .unevenBatch,
                { _ = try FixBatch.wgs84(latitudesDeg: [52.123456], longitudesDeg: [], times: [nine], horizontalAccuraciesM: [1]) }
            ),
            (.invalidPolicy, { _ = try Policy(toml: "version = 2") }),
            (.invalidPolicy, { _ = try Policy(json: "{") }),
            (.invalidPolicy, { _ = try Policy.read(folder.appendingPathComponent("missing.toml")) }),
            (.unknownPurpose, { _ = try await minimizer.release(fix(), for: "wether", to: "eu") }),
            (.unknownDestination, { _ = try await minimizer.release(fix(), for: "weather", to: "us") }),
            (.unknownDestination, { _ = try await minimizer.disclosure(of: "us") }),
            (.unknownCeiling, { try await minimizer.chooseCeiling("planet", for: "weather") }),
            (.noZones, { _ = try await minimizer.protect(fix(), name: "home") }),
            (.zoneName, { _ = try await zoned.protect(fix(), name: " ") }),
            (.zoneNameTaken, { try await zoned.renameZone("work", to: "home") }),
            (.unknownZone, { try await zoned.removeZone("den") }),
            (.ledgerUnfit, { _ = try await Minimizer.open(fresh(), ledger: LedgerFile(folder)) }),
            (.ledgerDenied, { _ = try await Minimizer.open(fresh(), ledger: LedgerFile(noise)) }),
            (
                .ledgerAnchor,
                {
                    let ledger = LedgerFile(folder.appendingPathComponent("a.db"))
                    _ = try await Minimizer.open(fresh(), ledger: ledger, anchor: .store(Failing()))
                }
            ),
            (.clock, { _ = try Minimizer.inMemory(fresh(), clock: Failing()) }),
            (.clock, { _ = try Minimizer.inMemory(fresh(), clock: Shows(wall: .distantPast)) }),
            (.invalidKey, { _ = try SecretKey(text: "no key") }),
            (.notOpened, { _ = try key.open("{}", for: "weather", to: "eu", fingerprint: fresh().fingerprint) }),
            (.notOpened, { _ = try key.open("{}", for: "weather", to: "eu", fingerprint: "no fingerprint") }),
            (.closed, { _ = try closed.policy() }),
            (.closed, { _ = try await closed.release(fix(), for: "weather", to: "eu") }),
        ]
    }

    func testEveryFailureHasItsKindATextOfTheHouseAndNoPlace() async throws {
        for (kind, fail) in try await failures() {
            do {
                try await fail()
                XCTFail("it should fail: \(kind)")
            } catch {
                let error = try XCTUnwrap(error as? Told, "\(error)")
                XCTAssertEqual(error.kind, kind, error.message)
                try assertText(error.message)
                XCTAssertEqual("\(error)", error.message)
                XCTAssertEqual(error.localizedDescription, error.message)
                assertHides(shown(error), ["123456", "654321", "72.006"])
            }
        }
    }

    private func assertText(_ text: String) throws {
        // A number with two digits after the point could be half of a position, unless it is a length.
        XCTAssertNil(text.range(of: #"\d\.\d{2,}(?![\d ]*k?m)"#, options: .regularExpression), text)
        XCTAssert(try XCTUnwrap(text.first).isLowercase || text.hasPrefix("/"), text)
        XCTAssertFalse(text.hasSuffix(".") || text.contains("\n"), text)
        XCTAssert(text.contains(": ") || text.contains("; expected "), "what would be right? \(text)")
    }

    /// What the facade tells of a failure is what Rust says of it.
    func testTextsAreRusts() throws {
        let failures: [(() throws -> Void, () throws -> Void)] = [
            (
                { _ = try CoreFix.wgs84(latitudeDeg: 95, longitudeDeg: 5, timeMs: 0, horizontalAccuracyM: nil) },
                { try self.wgs84(95, 5) }
            ),
            ({ _ = try CorePolicy.fromToml(text: "version = 2") }, { _ = try Policy(toml: "version = 2") }),
            ({ _ = try HereaboutsGenerated.SecretKey.fromText(text: "no key") }, { _ = try SecretKey(text: "no key") }),
        ]
        for (core, facade) in failures {
            var rust: (any Error)?
            XCTAssertThrowsError(try core()) { rust = $0 }
            XCTAssertThrowsError(try facade()) { error in
                let message = "\(error)"
                XCTAssert(String(reflecting: rust!).contains(String(reflecting: message)), "\(rust!) against \(message)")
            }
        }
    }

    /// Every text that Rust has, whether it can be brought about here or not: `bindings/ffi/tests/errors.rs` writes them.
    func testEveryTextOfRustIsOfTheHouse() throws {
        let texts = try String(contentsOf: root.appendingPathComponent("bindings/vectors/errors.txt"), encoding: .utf8)
        let lines = texts.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }
        for line in lines { try assertText(String(try XCTUnwrap(line.last))) }
        // This module has two kinds of its own.
        XCTAssertEqual(Set(lines.compactMap(\.first)).count, Told.Kind.allCases.count - [Told.Kind.closed, .cancelled].count)
    }

    /// What cannot be brought about here is told all the same, by the same table.
    func testEveryErrorOfTheGeneratedCodeHasAKindOfItsOwn() {
        let generated: [(String) -> HereaboutsGenerated.HereaboutsError] = [
            { .InvalidFix(message: $0) }, { .UnevenBatch(message: $0) }, { .InvalidPolicy(message: $0) },
            { .Mechanism(message: $0) }, { .UnknownPurpose(message: $0) }, { .UnknownDestination(message: $0) },
            { .UnknownCeiling(message: $0) }, { .NoZones(message: $0) }, { .ZoneName(message: $0) },
            { .ZoneNameTaken(message: $0) }, { .UnknownZone(message: $0) }, { .LedgerBusy(message: $0) },
            { .LedgerFull(message: $0) }, { .LedgerDenied(message: $0) }, { .LedgerDamaged(message: $0) },
            { .LedgerUnfit(message: $0) }, { .LedgerAnchor(message: $0) }, { .Ledger(message: $0) },
            { .Randomness(message: $0) }, { .Clock(message: $0) }, { .Seal(message: $0) }, { .InvalidKey(message: $0) },
            { .NotOpened(message: $0) }, { .Disclosure(message: $0) }, { .Rehearsal(message: $0) },
            { .NoRepeatableNoise(message: $0) }, { .Broken(message: $0) }, { .Internal(message: $0) },
        ]
        let errors = generated.compactMap { told($0("the text of Rust")) }
        XCTAssert(errors.allSatisfy { $0.message == "the text of Rust" })
        XCTAssertEqual(errors.count, Set(errors.map(\.kind)).count)
        XCTAssertEqual(Set(errors.map(\.kind)).union([.closed, .cancelled]), Set(Told.Kind.allCases))
        XCTAssert(errors.allSatisfy { !($0.recoverySuggestion ?? "").isEmpty })
    }
}

/// An app's code that fails and says where.
private struct Failing: Hereabouts.AnchorStore, Hereabouts.Clock {
    struct Says: Error { let text = "no time or key at 52.123456, 5.654321" }

    func read() throws -> String? { throw Says() }
    func write(_ line: String) throws { throw Says() }
    func reading() throws -> Hereabouts.ClockReading { throw Says() }
}

private struct Shows: Hereabouts.Clock {
    let wall: Date

    func reading() -> Hereabouts.ClockReading { Hereabouts.ClockReading(wall: wall) }
}

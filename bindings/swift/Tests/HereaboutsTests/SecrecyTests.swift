import Foundation
import Hereabouts
import HereaboutsFFI
import HereaboutsGenerated
import XCTest

final class SecrecyTests: XCTestCase {
    func testAFixPrintsMirrorsAndEncodesNothing() throws {
        let fix = try fix()
        assertHides(shown(fix))
        assertHides(shown([fix]) + shown(["here": Optional(fix)]) + shown(Request(fix, for: "weather", to: "eu")))
        XCTAssert(Mirror(reflecting: fix).children.isEmpty)
        XCTAssert(Mirror(reflecting: FixBatch([fix])).children.isEmpty)
        for value in [fix, FixBatch([fix])] as [Any] {
            XCTAssertFalse(value is any Encodable)
            XCTAssertFalse(value is any Decodable)
        }
    }

    func testNothingThatIsPrintedSaysWhere() async throws {
        let minimizer = try Minimizer.replaying(fresh(zones: Policy.ProtectedPlaces(epsilon: 0.1, radiusM: 300)))
        _ = try await minimizer.protect(fix(at: nine), name: "Herrengasse 9")
        let outcome = try await minimizer.release(fix(), for: "weather", to: "eu")
        let release = try XCTUnwrap(outcome.release)
        let (receipts, disclosure) = (try await minimizer.receipts(), try await minimizer.disclosure(of: "eu"))
        let zones = try await minimizer.zones()
        let all = shown(outcome) + shown(release) + shown(receipts) + shown(disclosure) + shown(minimizer) + shown(zones)
        assertHides(all, secrets + ["Herrengasse", try XCTUnwrap(release.cell), "\(try XCTUnwrap(release.latitudeDeg))"])
    }

    /// Code of Rust that panics with a coordinate in its text, as it would if a callback of an app failed where none may.
    func testAPanicCrossesWithAFixedTextAndStandardErrorSaysWhereItWasAlone() throws {
        uniffiEnsureHereaboutsFfiInitialized()
        uniffi_hereabouts_ffi_fn_init_callback_vtable_rehearsallistener(failing)
        final class Listener: RehearsalListener { func runDone(runs: UInt32) {} }

        let policy = try HereaboutsGenerated.Policy.read(
            path: root.appendingPathComponent("examples/policies/store-finder.toml").path)
        let journey = try HereaboutsGenerated.FixBatch.wgs84(
            latitudesDeg: [52.0907, 52.0907], longitudesDeg: [5.1214, 5.1214], timesMs: [1_718_841_600_000, 1_718_863_200_000],
            horizontalAccuraciesM: [.nan, .nan])
        let options = HereaboutsGenerated.RehearsalOptions(purposes: [], destinations: ["eu"], days: 1, runs: 2, seed: 1)
        var thrown: (any Error)?
        let printed = try standardError {
            do {
                _ = try HereaboutsGenerated.Rehearsal.run(policy: policy, journey: journey, options: options, listener: Listener())
            } catch { thrown = error }
        }
        XCTAssert(printed.contains("hereabouts: internal error at "), printed)
        assertHides(printed)

        let error = try XCTUnwrap(thrown)
        assertHides(shown(error))
        let fault = try XCTUnwrap(told(error))
        XCTAssertEqual(fault.kind, .internal)
        assertHides(shown(fault) + fault.localizedDescription)
        // The text that the facade falls back on is Rust's, without the place in the source.
        struct Unknown: Error { let text = "at 52.0907, 5.1214" }
        let place = try XCTUnwrap(fault.message.range(of: " at [A-Za-z0-9_/.-]+[.]rs:[0-9]+", options: .regularExpression))
        XCTAssertEqual(told(Unknown())?.message, fault.message.replacingCharacters(in: place, with: ""))
    }

    private func standardError(_ work: () -> Void) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        XCTAssert(FileManager.default.createFile(atPath: file.path, contents: nil))
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        let kept = dup(2)
        dup2(handle.fileDescriptor, 2)
        work()
        dup2(kept, 2)
        close(kept)
        try handle.close()
        return try String(contentsOf: file, encoding: .utf8)
    }
}

/// What Rust calls in place of a listener: it fails with a place in its text. It lives as long as the process.
private nonisolated(unsafe) let failing: UnsafePointer<UniffiVTableCallbackInterfaceRehearsalListener> = {
    let table = UnsafeMutablePointer<UniffiVTableCallbackInterfaceRehearsalListener>.allocate(capacity: 1)
    table.initialize(
        to: UniffiVTableCallbackInterfaceRehearsalListener(
            uniffiFree: { _ in },
            uniffiClone: { $0 },
            runDone: { _, _, _, status in
                var copied = RustCallStatus()
                let text = Array("no map tile for 52.0907, 5.1214".utf8)
                let buffer = text.withUnsafeBufferPointer {
                    ffi_hereabouts_ffi_rustbuffer_from_bytes(ForeignBytes(len: Int32($0.count), data: $0.baseAddress), &copied)
                }
                status.pointee.code = 2
                status.pointee.errorBuf = buffer
            }))
    return UnsafePointer(table)
}()

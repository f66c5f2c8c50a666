import CoreLocation
import Foundation
import Hereabouts
import Model
import Testing

@MainActor
@Suite(.serialized)
struct SharingTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString, isDirectory: true)
    private let start = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 86_400).rounded(.down) * 86_400 - 86_400)

    private func location(latitude: Double = 52.0907, longitude: Double = 5.1214, after seconds: Double = 0) -> CLLocation {
        CLLocation(
            coordinate: CLLocationCoordinate2D(latitude: latitude, longitude: longitude), altitude: 31.5, horizontalAccuracy: 12,
            verticalAccuracy: 3, course: 270, speed: 2.25, timestamp: start + seconds)
    }

    private func share(_ all: [CLLocation], by sharing: Sharing) async throws {
        for each in all { try await sharing.share(Measured(each)) }
    }

    private func sharing(_ sent: Sent = Sent()) throws -> Sharing {
        try Sharing(Minimizer.replaying(Sharing.policy())) { json, destination in await sent.add(json, destination) }
    }

    @Test func whatIsSharedIsShownBesideWhereTheDeviceIs() async throws {
        let sent = Sent()
        let sharing = try sharing(sent)
        var changes = 0
        sharing.changed = { _ in changes += 1 }
        try await share([location(), location(after: 60)], by: sharing)
        #expect(sharing.shown.message == nil)
        #expect(sharing.shown.shared.map(\.id) == ["news eu", "news us", "weather eu", "weather us"])
        #expect(sharing.shown.here?.latitudeDeg == 52.0907)
        let weather = sharing.shown.shared[2]
        #expect(weather.release?.grid == "h3:7")
        #expect(weather.silence != nil, "a minute later nothing is due, and what was told is still known")
        let texts = await sent.texts
        #expect(texts.count == 4, "what is due once is sent once")
        #expect(sharing.shown.receipts.count == 4)
        #expect(sharing.shown.receipts.filter { $0.loss.billionths > 0 }.count == 2, "one draw for each purpose")
        await sharing.disclose()
        #expect(sharing.shown.disclosures.map(\.destination) == ["eu", "us"])
        #expect(sharing.shown.disclosures.map(\.releases) == [2, 2])
        #expect(sharing.shown.remaining[0].spent.value > 0)
        #expect(changes > 0)
    }

    @Test func thePlanShowsWhatIsSharedAroundTheDevice() async throws {
        let sharing = try sharing()
        #expect(Plan(of: sharing.shown) == nil, "nobody knows yet where that is")
        // Beside the antimeridian: what is shared may lie beyond it, and is near all the same.
        try await share([location(latitude: -17, longitude: 179.9999)], by: sharing)
        let plan = try #require(Plan(of: sharing.shown))
        #expect(plan.marks.map(\.id) == ["news eu", "news us", "weather eu", "weather us"])
        for (mark, shared) in zip(plan.marks, sharing.shown.shared) {
            let release = try #require(shared.release)
            #expect(mark.radiusM == release.accuracyM)
            #expect(abs(mark.northM - (try #require(release.latitudeDeg) + 17) * 111_195) < 1e-6)
            #expect(abs(mark.eastM) < 100_000)
            #expect(max(abs(mark.eastM), abs(mark.northM)) + mark.radiusM <= plan.reachM)
        }
    }

    @Test func whatTheUserChoosesHolds() async throws {
        let sent = Sent()
        let sharing = try sharing(sent)
        #expect(sharing.ceilings == ["off", "precise", "region"])
        await sharing.choose("off", for: "weather")
        await sharing.choose("region", for: "news")
        #expect(sharing.shown.ceilings.mapValues(\.ceiling) == ["weather": "off", "news": "region"])
        try await share([location()], by: sharing)
        #expect(sharing.shown.shared.map { $0.release != nil } == [true, true, false, false])
        let destinations = await sent.texts.map(\.destination)
        #expect(destinations == ["eu", "us"])
        await sharing.choose("street", for: "news")
        #expect(sharing.shown.message != nil, "there is no such ceiling")
    }

    @Test func aPlaceIsProtectedAndForgottenAgain() async throws {
        let sharing = try sharing()
        await sharing.protectHere(as: "home")
        #expect(sharing.shown.message != nil, "nobody knows yet where that is")
        try await share([location()], by: sharing)
        await sharing.protectHere(as: "home")
        #expect(sharing.shown.message == nil)
        #expect(sharing.shown.zones.map(\.name) == ["home"])
        await sharing.remove(zone: "home")
        #expect(sharing.shown.zones.isEmpty)
        await sharing.forget()
        #expect(sharing.shown.receipts.compactMap(\.cell) == [])
    }

    @Test func everyReceiptIsShownTheLatestFirst() async throws {
        let sharing = try sharing()
        // Each day until now somewhere else, so far away that no earlier draw stands.
        let days = (0..<30).map { day in location(latitude: 30 + Double(day), after: Double(day - 30) * 86_400) }
        try await share(days, by: sharing)
        let sequences = sharing.shown.receipts.map(\.sequence)
        #expect(sequences.count > 100, "more than one page")
        #expect(sequences == (1...UInt64(max(sequences.count, 1))).reversed())
    }

    /// A day with a ledger on the disk: what the app keeps, prints and shows of itself holds no position.
    @Test func nothingRawIsStoredLoggedOrPrinted() async throws {
        let latitude = 52.090_712_3
        let ledger = LedgerFile(folder.appendingPathComponent("ledger/ledger.db"))
        let log = folder.appendingPathComponent("log")
        let minimizer = try await Minimizer.open(
            Sharing.policy(), ledger: ledger, anchor: .file(folder.appendingPathComponent("anchor")))
        let sharing = try Sharing(minimizer) { _, _ in }
        let now = Date().timeIntervalSince(start)
        try await printing(into: log) {
            try await share([location(latitude: latitude, after: now)], by: sharing)
            await sharing.protectHere(as: "home")
            dump(sharing)
            dump(sharing.shown.here)
            print(sharing.shown.receipts, sharing.shown.shared)
        }
        #expect(!sharing.shown.receipts.isEmpty)
        minimizer.close()
        let logged = try String(contentsOf: log, encoding: .utf8)
        #expect(logged.contains("Here(..)"), "the log is the one that was written to")
        // As text, and as a number of eight bytes in either order.
        var secrets = ["52.0907", "0907123", "5.1214"].map { Data($0.utf8) }
        for number in [latitude, 5.1214] {
            secrets += [number.bitPattern.littleEndian, number.bitPattern.bigEndian].map { withUnsafeBytes(of: $0) { Data($0) } }
        }
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
        var read = 0
        for file in files {
            guard let bytes = try? Data(contentsOf: file) else { continue }
            read += 1
            for secret in secrets { #expect(bytes.range(of: secret) == nil, "\(file.lastPathComponent)") }
        }
        #expect(read >= 3, "the ledger, its anchor and the log")
        try FileManager.default.removeItem(at: folder)
    }

    /// Runs the work while standard output and standard error go into a file.
    private func printing(into file: URL, _ work: () async throws -> Void) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
        let handle = try FileHandle(forWritingTo: file)
        let kept = [dup(1), dup(2)]
        fflush(nil)
        dup2(handle.fileDescriptor, 1)
        dup2(handle.fileDescriptor, 2)
        defer {
            fflush(nil)
            for (number, descriptor) in zip([Int32(1), 2], kept) {
                dup2(descriptor, number)
                close(descriptor)
            }
        }
        try await work()
    }
}

/// What went out.
private actor Sent {
    private(set) var texts: [(json: String, destination: String)] = []

    func add(_ json: String, _ destination: String) { texts.append((json, destination)) }
}

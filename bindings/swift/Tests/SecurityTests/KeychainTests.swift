import Foundation
import Hereabouts
import Security
import XCTest

/// The Keychain anchor against a Keychain of this process, in Apple's names and types.
final class KeychainTests: XCTestCase {
    private let keychain = StandInKeychain.shared
    private let store = KeychainAnchorStore()
    private var folder = FileManager.default.temporaryDirectory

    override func setUpWithError() throws {
        keychain.reset()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString, isDirectory: true)
    }

    override func tearDown() {
        keychain.reset()
        try? FileManager.default.removeItem(at: folder)
    }

    func testALineIsReadBackAndWrittenOver() throws {
        XCTAssertNil(try store.read())
        for line in ["one", "two"] {
            try store.write(line)
            XCTAssertEqual(try store.read(), line)
        }
        XCTAssertEqual(keychain.everything.count, 1)
    }

    func testTheItemStaysOnThisDevice() throws {
        try store.write("one")
        let item = try XCTUnwrap(keychain.everything.first)
        XCTAssertEqual(item[kSecAttrAccessible] as? String, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly)
        XCTAssertEqual(item[kSecAttrSynchronizable] as? Bool, false)
        XCTAssertEqual(item[kSecUseDataProtectionKeychain] as? Bool, true)
        XCTAssertEqual(item[kSecClass] as? String, kSecClassGenericPassword)
        XCTAssertNil(item[kSecAttrAccessGroup])
    }

    func testLedgersAndGroupsHaveTheirOwn() throws {
        try store.write("one")
        XCTAssertNil(try KeychainAnchorStore(account: "other").read())
        let shared = KeychainAnchorStore(accessGroup: "group.app")
        try shared.write("two")
        XCTAssertEqual(try store.read(), "one")
        XCTAssertEqual(keychain.everything.compactMap { $0[kSecAttrAccessGroup] as? String }, ["group.app"])
    }

    func testWhoeverIsOvertakenWritesOverIt() throws {
        keychain.beOvertaken()
        try store.write("one")
        XCTAssertEqual(try store.read(), "one")
        XCTAssertEqual(keychain.everything.count, 1)
    }

    func testWhatIsNoTextIsTheAnchorOfNoLedger() throws {
        try store.write("one")
        keychain.spoil(Data([0xFF, 0xFE]))
        XCTAssertNotNil(try store.read())
    }

    func testALedgerThatWasDeletedIsNoticedAndAFaultThatPassesIsNone() async throws {
        let policy = try Policy(
            radiusM: 200, budgets: [Policy.Budget(loss: 1, windowSeconds: 86_400)],
            purposes: [
                "weather": Policy.Purpose(
                    mechanism: .planarLaplace(epsilon: 0.4), repeats: .fresh, grid: .h3(resolution: 7), intervalSeconds: 1,
                    timeBucketSeconds: 3_600)
            ],
            destinations: ["eu": Policy.Destination(jurisdiction: "DE", operator: "Example Weather GmbH")])
        let ledger = LedgerFile(folder.appendingPathComponent("ledger.db"))
        let minimizer = try await Minimizer.open(policy, ledger: ledger, anchor: .keychain())
        let fix = try Fix.wgs84(latitudeDeg: 52.0907, longitudeDeg: 5.1214, time: Date())
        guard case .released = try await minimizer.release(fix, for: "weather", to: "eu") else { return XCTFail("no release") }

        keychain.setLocked(true)
        try await Task.sleep(nanoseconds: 1_100_000_000)
        do {
            let outcome = try await minimizer.release(fix, for: "weather", to: "eu")
            XCTFail("released without an anchor: \(outcome)")
        } catch {
            // The ledger's path has digits of its own.
            for secret in ["52.09", "5.12"] { XCTAssertFalse("\(error)".contains(secret), "\(error)") }
        }
        keychain.setLocked(false)
        let left = try await minimizer.remaining()
        // The release that failed was charged, and nothing else: a deleted ledger would have spent the whole window.
        XCTAssertEqual(left.first?.spent.value ?? 0, 0.8, accuracy: 1e-5)
        minimizer.close()

        for file in ledger.files { try? FileManager.default.removeItem(at: file) }
        let again = try await Minimizer.open(policy, ledger: ledger, anchor: .keychain())
        guard case .withheld(let withheld) = try await again.release(fix, for: "weather", to: "eu") else {
            return XCTFail("a deleted ledger had room")
        }
        XCTAssertEqual(withheld.reason, .budgetSpent)
    }
}

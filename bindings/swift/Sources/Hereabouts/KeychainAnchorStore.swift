#if canImport(Security)
import Foundation
internal import Security

/// An anchor's line in the Keychain: on this device only, in no backup that another device could restore, and not in iCloud.
///
/// It outlives the app: a ledger that went with the app when it was deleted is missed by the next installation, for which every
/// window of the budget then counts as spent. Until the first unlock after a restart it cannot be read: what is asked for then fails, and the
/// windows do not count as spent for that.
public struct KeychainAnchorStore: AnchorStore {
    private let account: String
    private let accessGroup: String?

    /// The line of one ledger.
    ///
    /// - Parameters:
    ///   - account: tells the anchors of one app's ledgers apart.
    ///   - accessGroup: the Keychain group of the processes that share the ledger; nil: this app alone.
    public init(account: String = "ledger", accessGroup: String? = nil) {
        self.account = account
        self.accessGroup = accessGroup
    }

    /// The line that was written last; nil if none ever was.
    public func read() throws -> String? {
        var item: CFTypeRef?
        let status = SecItemCopyMatching(
            query(with: [kSecReturnData as String: true, kSecMatchLimit as String: kSecMatchLimitOne]), &item)
        switch status {
        case errSecSuccess: return (item as? Data).flatMap { String(data: $0, encoding: .utf8) } ?? Self.ofNoLedger
        case errSecItemNotFound: return nil
        default: throw KeychainUnavailable(status: status)
        }
    }

    /// Keeps the line.
    public func write(_ line: String) throws {
        let value: [String: Any] = [
            kSecValueData as String: Data(line.utf8),
            kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]
        var status = SecItemUpdate(query(), NSDictionary(dictionary: value) as CFDictionary)
        if status == errSecItemNotFound {
            status = SecItemAdd(query(with: value), nil)
            // Another process was first: what it wrote is there to be written over.
            if status == errSecDuplicateItem { status = SecItemUpdate(query(), NSDictionary(dictionary: value) as CFDictionary) }
        }
        guard status == errSecSuccess else { throw KeychainUnavailable(status: status) }
    }

    private func query(with others: [String: Any] = [:]) -> CFDictionary {
        var query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: "io.hereabouts.anchor",
            kSecAttrAccount as String: account,
            kSecAttrSynchronizable as String: false,
            // What macOS has of a Keychain by default knows no protection class.
            kSecUseDataProtectionKeychain as String: true,
        ]
        if let accessGroup { query[kSecAttrAccessGroup as String] = accessGroup }
        return NSDictionary(dictionary: query.merging(others) { $1 }) as CFDictionary
    }

    /// What is no text is the anchor of no ledger.
    private static let ofNoLedger = "an anchor that is no text"
}

/// The Keychain does not answer, by a code of Security.framework. It may pass: nothing is released meanwhile.
private struct KeychainUnavailable: Error {
    let status: OSStatus
}

extension Anchor {
    /// An anchor in the Keychain, on this device only: see ``KeychainAnchorStore``.
    public static func keychain(account: String = "ledger", accessGroup: String? = nil) -> Anchor {
        .store(KeychainAnchorStore(account: account, accessGroup: accessGroup))
    }
}
#endif

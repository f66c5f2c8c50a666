import Foundation

/// Where a ledger is kept: in a folder of its own, out of backups, and under file protection.
///
/// A ledger that came back from a backup would be a budget that was spent already; and what it holds is for this device. The
/// folder is left out of backups and protected as a whole, so that this holds for the files beside the database too, which
/// come and go as it is written.
public struct LedgerFile: Sendable, Hashable {
    /// The database.
    public let url: URL

    /// A ledger in a folder that is its own: everything in that folder is left out of backups.
    public init(_ url: URL) { self.url = url }

    /// The ledger of this app: `Application Support/Hereabouts/ledger.db`.
    ///
    /// - Throws: ``HereaboutsError/Kind/ledgerDenied`` if there is no such folder and none can be made.
    public static func ofApp() throws(HereaboutsError) -> LedgerFile {
        let files = FileManager.default
        guard
            let support = try? files.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        else { throw HereaboutsError(.ledgerDenied, "the folder Application Support cannot be made: free space, or unlock the device") }
        return LedgerFile(support.appendingPathComponent("Hereabouts", isDirectory: true).appendingPathComponent("ledger.db"))
    }

    /// The ledger that an app and its extensions share: `Hereabouts/ledger.db` in the container of an app group.
    ///
    /// - Throws: ``HereaboutsError/Kind/ledgerDenied`` if this process is not of that group.
    public static func shared(byGroup group: String) throws(HereaboutsError) -> LedgerFile {
        #if canImport(Darwin)
        let container = FileManager.default.containerURL(forSecurityApplicationGroupIdentifier: group)
        #else
        let container: URL? = nil
        #endif
        guard let container else {
            throw HereaboutsError(.ledgerDenied, "this process is not of the app group: add the group to its entitlements")
        }
        return LedgerFile(container.appendingPathComponent("Hereabouts", isDirectory: true).appendingPathComponent("ledger.db"))
    }

    /// The database, and the files that SQLite keeps beside it while it is open.
    public var files: [URL] {
        ["", "-wal", "-shm", "-journal"].map { URL(fileURLWithPath: url.path + $0) }
    }

    /// Makes the folder, which nobody else may read, and leaves it out of backups: before there is a file in it.
    func prepare() throws(HereaboutsError) {
        let folder = url.deletingLastPathComponent()
        do {
            if !FileManager.default.fileExists(atPath: folder.path) {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: Self.attributes(posixPermissions: 0o700))
            }
            try Self.leaveOutOfBackups(folder)
        } catch {
            throw HereaboutsError(
                .ledgerDenied, "the ledger's folder cannot be made or left out of backups: keep the ledger in a folder of its own")
        }
    }

    /// Puts the files that are there under protection too: a folder that an older app made hands none down.
    func protect() throws(HereaboutsError) {
        #if os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)
        do {
            for file in [url.deletingLastPathComponent()] + files where FileManager.default.fileExists(atPath: file.path) {
                try FileManager.default.setAttributes([.protectionKey: Self.protection], ofItemAtPath: file.path)
            }
        } catch {
            throw HereaboutsError(.ledgerDenied, "the ledger's files cannot be protected: unlock the device")
        }
        #endif
    }

    private static func attributes(posixPermissions: Int) -> [FileAttributeKey: Any] {
        #if os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)
        [.posixPermissions: posixPermissions, .protectionKey: protection]
        #else
        [.posixPermissions: posixPermissions]
        #endif
    }

    #if os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)
    /// Until the first unlock after a restart nobody can read them. With a stricter class an app in the background could not
    /// charge, and so not release.
    private static let protection = FileProtectionType.completeUntilFirstUserAuthentication
    #endif

    private static func leaveOutOfBackups(_ folder: URL) throws {
        #if canImport(Darwin)
        var (folder, values) = (folder, URLResourceValues())
        values.isExcludedFromBackup = true
        try folder.setResourceValues(values)
        #endif
    }
}

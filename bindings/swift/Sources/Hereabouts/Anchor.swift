import Foundation
internal import HereaboutsGenerated

/// A small place for one line of text, out of the reach of what deletes or restores the ledger's file: such as the Keychain.
public protocol AnchorStore: Sendable {
    /// The line that was written last; nil if none ever was. Throw if it cannot be read: then nothing is released.
    func read() throws -> String?

    /// Keeps the line, durably. Throw if it cannot be written: then nothing is released.
    func write(_ line: String) throws
}

/// Keeps how far a ledger has come where a deletion, a reinstall or an old backup of the ledger does not reach. A ledger that
/// is missing, or further back than its anchor, was deleted or set back: then every window of the budget counts as spent.
public struct Anchor: Sendable {
    let make: @Sendable () -> HereaboutsGenerated.Anchor

    /// An anchor in a file of its own, in another folder than the ledger. Processes that share a ledger may share it.
    public static func file(_ url: URL) -> Anchor {
        let path = url.path
        return Anchor { .file(path: path) }
    }

    /// An anchor in a store of the app's. Where several processes write one ledger, the store must be theirs together.
    public static func store(_ store: any AnchorStore) -> Anchor {
        Anchor { .store(store: CrossingStore(store)) }
    }
}

/// What an app's store throws stays with the app.
private final class CrossingStore: HereaboutsGenerated.AnchorStore {
    private let store: any AnchorStore

    init(_ store: any AnchorStore) { self.store = store }

    func read() throws -> String? {
        do { return try store.read() } catch { throw StoreError.Unavailable }
    }

    func write(line: String) throws {
        do { try store.write(line) } catch { throw StoreError.Unavailable }
    }
}

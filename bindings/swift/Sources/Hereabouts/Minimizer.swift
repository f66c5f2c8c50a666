import Foundation
internal import HereaboutsGenerated

/// Turns fixes into releases under a policy. The only maker of releases.
///
/// One minimizer serves every task of an app. Its functions read and write the ledger's file, which takes some milliseconds.
/// The async ones do so on a queue of their own, one after the other, whatever actor calls them; those whose names end in
/// `Blocking` do so on the calling thread: for app extensions, and for threads of one's own.
///
/// A call whose task is cancelled before it began does nothing and throws ``HereaboutsError/Kind/cancelled``. One that has
/// begun ends: what it charged is charged.
public final class Minimizer: Sendable {
    private let core: Locked<CoreMinimizer?>
    private let worker = Worker(label: "io.hereabouts.minimizer")

    package init(core: CoreMinimizer) { self.core = Locked(core) }

    /// Lets go of the ledger once the calls under way have ended: for an app that must hold no file when it is suspended.
    ///
    /// To close again does nothing; every later call throws ``HereaboutsError/Kind/closed``. Who does not close a minimizer
    /// closes it with the last reference.
    public func close() { core.with { $0 = nil } }

    /// One call of Rust, with a minimizer that lives until it has ended.
    private func call<Answer>(_ work: (CoreMinimizer) throws -> Answer) throws(HereaboutsError) -> Answer {
        guard let core = core.with({ $0 }) else { throw .closed }
        return try crossing { try work(core) }
    }

    private func called<Answer: Sendable>(
        _ work: @escaping @Sendable (CoreMinimizer) throws -> Answer
    ) async throws(HereaboutsError) -> Answer {
        try await worker.run { () throws(HereaboutsError) in try self.call(work) }
    }

    // MARK: Releases

    /// Releases a fix for a purpose to a destination, if the tick and the budget allow it. When this gives a release, its loss
    /// has been charged and recorded durably.
    ///
    /// - Throws: ``HereaboutsError`` if the policy names no such purpose or destination, or if the ledger or the device's
    ///   randomness fails: then nothing was released.
    public func release(
        _ fix: Fix, for purpose: String, to destination: String
    ) async throws(HereaboutsError) -> Outcome {
        try await called { Outcome(try $0.release(fix: fix.core, purpose: purpose, destination: destination)) }
    }

    /// ``release(_:for:to:)`` on the calling thread.
    @available(*, noasync, message: "use release(_:for:to:), which does not block")
    public func releaseBlocking(
        _ fix: Fix, for purpose: String, to destination: String
    ) throws(HereaboutsError) -> Outcome {
        try call { Outcome(try $0.release(fix: fix.core, purpose: purpose, destination: destination)) }
    }

    /// Decides many requests in order, and charges and records all that is released in one durable transaction: if one fails,
    /// nothing at all was released.
    public func releaseAll(_ requests: [Request]) async throws(HereaboutsError) -> [Outcome] {
        try await called { try $0.releaseAll(requests: requests.map(\.core)).map(Outcome.init) }
    }

    /// ``releaseAll(_:)`` on the calling thread.
    @available(*, noasync, message: "use releaseAll(_:), which does not block")
    public func releaseAllBlocking(_ requests: [Request]) throws(HereaboutsError) -> [Outcome] {
        try call { try $0.releaseAll(requests: requests.map(\.core)).map(Outcome.init) }
    }

    /// The same for many fixes, all for one purpose to one destination: some microseconds each.
    public func releaseBatch(
        _ fixes: FixBatch, for purpose: String, to destination: String
    ) async throws(HereaboutsError) -> [Outcome] {
        try await called {
            try $0.releaseBatch(fixes: fixes.core, purpose: purpose, destination: destination).map(Outcome.init)
        }
    }

    /// ``releaseBatch(_:for:to:)`` on the calling thread.
    @available(*, noasync, message: "use releaseBatch(_:for:to:), which does not block")
    public func releaseBatchBlocking(
        _ fixes: FixBatch, for purpose: String, to destination: String
    ) throws(HereaboutsError) -> [Outcome] {
        try call { try $0.releaseBatch(fixes: fixes.core, purpose: purpose, destination: destination).map(Outcome.init) }
    }

    /// What ``release(_:for:to:)`` would come to now, whatever the fix. It costs nothing and changes nothing.
    public func preview(for purpose: String, to destination: String) async throws(HereaboutsError) -> Preview {
        try await called { Preview(try $0.preview(purpose: purpose, destination: destination)) }
    }

    /// What to ask of the operating system for a purpose, and when a fix next makes a difference: what will not be released
    /// need not be measured.
    public func sensing(for purpose: String, to destination: String) async throws(HereaboutsError) -> Sensing {
        try await called { Sensing(try $0.sensing(purpose: purpose, destination: destination)) }
    }

    // MARK: Ceilings

    /// Records what the user chose as the most that is told for a purpose: "off", "precise", or a ceiling of the policy; for so
    /// many seconds if they are given, after which the one that stood is in force again. It wins over all else.
    ///
    /// - Throws: ``HereaboutsError/Kind/unknownPurpose`` or ``HereaboutsError/Kind/unknownCeiling``: then what was chosen
    ///   before stands.
    public func chooseCeiling(
        _ ceiling: String, for purpose: String, seconds: Int? = nil
    ) async throws(HereaboutsError) {
        try await called { core in
            if let seconds {
                try core.chooseCeilingFor(purpose: purpose, ceiling: ceiling, seconds: whole(seconds))
            } else {
                try core.chooseCeiling(purpose: purpose, ceiling: ceiling)
            }
        }
    }

    /// The ceiling that a purpose is under now: what its user chose, or what the policy says.
    public func ceiling(for purpose: String) async throws(HereaboutsError) -> CeilingNow {
        try await called { CeilingNow(try $0.ceiling(purpose: purpose)) }
    }

    // MARK: The account

    /// What each window of the budget has left now.
    public func remaining() async throws(HereaboutsError) -> [Remaining] {
        try await called { try $0.remaining().map(Remaining.init) }
    }

    /// The receipts after one, by its ``Receipt/sequence`` (0 for all), the oldest first, and at most so many.
    public func receipts(after sequence: UInt64 = 0, most: Int = 100) async throws(HereaboutsError) -> [Receipt] {
        try await called { try $0.receipts(after: sequence, most: UInt32(clamping: most)).map(Receipt.init) }
    }

    /// The same receipts as JSON, one object a line.
    public func receiptsJSON(after sequence: UInt64 = 0, most: Int = 100) async throws(HereaboutsError) -> String {
        try await called { try $0.receiptsJson(after: sequence, most: UInt32(clamping: most)) }
    }

    /// The same receipts as CSV, with a header.
    public func receiptsCSV(after sequence: UInt64 = 0, most: Int = 100) async throws(HereaboutsError) -> String {
        try await called { try $0.receiptsCsv(after: sequence, most: UInt32(clamping: most)) }
    }

    /// Makes the ledger forget places, of receipts that are older than so many seconds, or all of them; of how many receipts is
    /// returned. What was spent stays spent.
    @discardableResult
    public func erase(olderThanSeconds seconds: Int? = nil) async throws(HereaboutsError) -> Int {
        try await called { core in
            guard let seconds else { return Int(clamping: try core.eraseEverything()) }
            return Int(clamping: try core.eraseOlderThan(seconds: whole(seconds)))
        }
    }

    /// All that a destination was ever sent, and what an attacker who holds it makes of it.
    public func disclosure(of destination: String) async throws(HereaboutsError) -> Disclosure {
        try await called { Disclosure(try $0.disclosure(destination: destination)) }
    }

    // MARK: Zones

    /// Protects a place: a zone around it is drawn, once, for life. The place itself is not kept.
    ///
    /// - Throws: ``HereaboutsError/Kind/noZones`` if the policy lets no place be protected, ``HereaboutsError/Kind/zoneName``
    ///   or ``HereaboutsError/Kind/zoneNameTaken``.
    public func protect(_ place: Fix, name: String) async throws(HereaboutsError) -> Protection {
        try await called { Protection(try $0.protect(place: place.core, name: name)) }
    }

    /// The zones that are on. A ledger that was lost has none: an app that remembers that there was one can notice, and ask.
    public func zones() async throws(HereaboutsError) -> Zones {
        try await called { Zones(try $0.zones()) }
    }

    /// Gives a zone another name.
    public func renameZone(_ name: String, to newName: String) async throws(HereaboutsError) {
        try await called { try $0.renameZone(name: name, newName: newName) }
    }

    /// Switches a zone off. Its disc is kept, so that to protect the place again takes no new draw.
    public func removeZone(_ name: String) async throws(HereaboutsError) {
        try await called { try $0.removeZone(name: name) }
    }

    // MARK: The policy

    /// The policy that it follows.
    ///
    /// - Throws: ``HereaboutsError/Kind/closed`` once the minimizer is closed.
    public func policy() throws(HereaboutsError) -> Policy {
        Policy(core: try call { $0.policy() })
    }
}

extension Minimizer: CustomStringConvertible, CustomReflectable {
    /// Tells nothing of what it holds.
    public var description: String { "Minimizer(..)" }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// One wish to release.
public struct Request: Sendable {
    /// The raw position.
    public let fix: Fix
    /// A purpose of the policy.
    public let purpose: String
    /// A destination of the policy.
    public let destination: String

    /// A fix, what for, and to whom.
    public init(_ fix: Fix, for purpose: String, to destination: String) {
        self.fix = fix
        self.purpose = purpose
        self.destination = destination
    }

    var core: HereaboutsGenerated.Request { .init(fix: fix.core, purpose: purpose, destination: destination) }
}

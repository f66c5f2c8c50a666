import Foundation
internal import HereaboutsGenerated

extension Minimizer {
    /// A minimizer whose account is kept in a file, which is made where there is none: it survives restarts, and several
    /// processes may share it. ``LedgerFile`` says where an app should keep it.
    ///
    /// With an anchor, a ledger that was deleted or set back is noticed. Without a clock the operating system's is read.
    ///
    /// - Throws: ``HereaboutsError`` if the file cannot be made or is no ledger.
    public static func open(
        _ policy: Policy, ledger: LedgerFile, anchor: Anchor? = nil, clock: (any Clock)? = nil
    ) async throws(HereaboutsError) -> Minimizer {
        try await Worker(label: "io.hereabouts.open").run { () throws(HereaboutsError) in
            try opened(policy, ledger, anchor, clock)
        }
    }

    /// ``open(_:ledger:anchor:clock:)`` on the calling thread.
    @available(*, noasync, message: "use open(_:ledger:anchor:clock:), which does not block")
    public static func openBlocking(
        _ policy: Policy, ledger: LedgerFile, anchor: Anchor? = nil, clock: (any Clock)? = nil
    ) throws(HereaboutsError) -> Minimizer {
        try opened(policy, ledger, anchor, clock)
    }

    private static func opened(
        _ policy: Policy, _ ledger: LedgerFile, _ anchor: Anchor?, _ clock: (any Clock)?
    ) throws(HereaboutsError) -> Minimizer {
        try ledger.prepare()
        let core = try crossing {
            try CoreMinimizer.open(
                policy: policy.core, ledgerPath: ledger.url.path, anchor: anchor?.make(), clock: clock.map(CrossingClock.init))
        }
        try ledger.protect()
        return Minimizer(core: core)
    }

    /// A minimizer whose account is in memory alone: a restart refills the budget, so it is for tests and previews.
    public static func inMemory(_ policy: Policy, clock: (any Clock)? = nil) throws(HereaboutsError) -> Minimizer {
        let core = try crossing { try CoreMinimizer.inMemory(policy: policy.core, clock: clock.map(CrossingClock.init)) }
        return Minimizer(core: core)
    }

    /// A minimizer for a recorded journey, in memory: every fix is handled at the time at which it was measured, and the
    /// present is the latest time seen so far.
    public static func replaying(_ policy: Policy) throws(HereaboutsError) -> Minimizer {
        let core = try crossing { try CoreMinimizer.replaying(policy: policy.core) }
        return Minimizer(core: core)
    }
}

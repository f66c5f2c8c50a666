import Foundation
public import Hereabouts

/// A clock that stands until a test moves it.
public final class FakeClock: Clock {
    private let now: Locked<Date>

    /// A clock that shows this first.
    public init(_ start: Date) { now = Locked(start) }

    /// What it shows.
    public var wall: Date {
        get { now.with { $0 } }
        set { now.with { $0 = newValue } }
    }

    /// Moves it forward, or back if the number is negative.
    public func advance(seconds: Double) { now.with { $0 += seconds } }

    /// What it shows.
    public func reading() -> ClockReading { ClockReading(wall: wall) }
}

/// Minimizers whose noise is the same for the same seed, which hides nothing: for tests alone.
public enum SeededMinimizers {
    /// A minimizer for a recorded journey, in memory: every fix is handled at the time at which it was measured.
    ///
    /// - Throws: `noRepeatableNoise` with any library but the one that tests are built with: no release build repeats noise.
    public static func replaying(_ policy: Policy, seed: UInt64) throws(HereaboutsError) -> Minimizer {
        let core = try crossing { try CoreMinimizer.replayingWithSeed(policy: policy.core, seed: seed) }
        return Minimizer(core: core)
    }
}

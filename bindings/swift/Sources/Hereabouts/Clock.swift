import Foundation
internal import HereaboutsGenerated

/// What time it is: for tests, and for apps that know the device's clocks better than a library can. Without one the operating
/// system's clocks are read.
public protocol Clock: Sendable {
    /// What the device's clocks show now. It is asked within calls of the ``Minimizer``, and must not call one. While it
    /// throws, time stands still: nothing new is due, and no budget comes back.
    func reading() throws -> ClockReading
}

/// What a device's clocks show at one moment.
public struct ClockReading: Sendable, Hashable {
    /// The wall clock, which anyone may set.
    public var wall: Date
    /// Seconds since the device was started, sleep included, by a clock that nobody can set.
    public var elapsedSeconds: Double?
    /// Which start of the device that is: two starts never have the same number. Without it ``elapsedSeconds`` says nothing.
    public var boot: UInt64?

    /// What the clocks show.
    public init(wall: Date, elapsedSeconds: Double? = nil, boot: UInt64? = nil) {
        self.wall = wall
        self.elapsedSeconds = elapsedSeconds
        self.boot = boot
    }
}

/// What an app's clock throws stays with the app: it could name a place, and its text would cross.
final class CrossingClock: HereaboutsGenerated.Clock {
    private let clock: any Clock

    init(_ clock: any Clock) { self.clock = clock }

    func reading() throws -> HereaboutsGenerated.ClockReading {
        guard let reading = try? clock.reading() else { throw ClockError.Unavailable }
        let elapsed = reading.elapsedSeconds.flatMap { UInt64(exactly: ($0 * 1_000).rounded(.down)) }
        return .init(wallMs: reading.wall.milliseconds, elapsedMs: elapsed, boot: reading.boot)
    }
}

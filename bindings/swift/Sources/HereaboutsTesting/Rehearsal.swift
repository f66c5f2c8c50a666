import Foundation
public import Hereabouts

/// A policy tried on a recorded journey: it goes through the real minimizer, many times, each with fresh noise, and an
/// adversary who holds everything that was sent is let loose on it. The noise is seeded: a test that passed passes again.
///
/// An assertion that fails throws a ``BrokenPromise``, whose text is the same in every language of this library.
public struct Rehearsal: Sendable {
    private let core: CoreRehearsal

    /// Tries a policy on a journey. It computes for seconds: call it where that does no harm, as in a test.
    ///
    /// It runs in simulators and on Linux. The library that devices get holds no rehearsals, since no user needs them.
    ///
    /// - Throws: `HereaboutsError` if the journey is empty, if the policy lacks a purpose or a destination of the options, or on
    ///   a device.
    public init(_ policy: Policy, on journey: FixBatch, options: RehearsalOptions = RehearsalOptions()) throws(HereaboutsError) {
        core = try crossing {
            try CoreRehearsal.run(
                policy: policy.core, journey: journey.core, options: options.core, listener: nil)
        }
    }

    /// On this journey no window of so many seconds, wherever it is laid, holds more than so much privacy loss.
    public func assertSpendsAtMost(loss: Double, windowSeconds: Int) throws(BrokenPromise) {
        try kept(core.spendsAtMost(loss: loss, windowS: UInt64(clamping: windowSeconds)))
    }

    /// The policy allows no more than so much privacy loss in any window of so many seconds, whatever the journey.
    public func assertAllowsAtMost(loss: Double, windowSeconds: Int) throws(BrokenPromise) {
        try kept(core.allowsAtMost(loss: loss, windowS: UInt64(clamping: windowSeconds)))
    }

    /// After so many days the best attack on home is still off by at least so many metres, on average over the runs.
    public func assertHomeUncertain(metres: Double, days: Int) throws(BrokenPromise) {
        try kept(core.homeUncertain(metres: metres, days: UInt32(clamping: days)))
    }

    /// The same of the place where one works.
    public func assertWorkUncertain(metres: Double, days: Int) throws(BrokenPromise) {
        try kept(core.workUncertain(metres: metres, days: UInt32(clamping: days)))
    }

    /// A release never has a field besides these.
    public func assertOnlyFields(_ fields: [String]) throws(BrokenPromise) { try kept(core.onlyFields(fields: fields)) }

    /// At most such a share of what is sent can be linked, by its time alone, to one entry of a log of the raw fixes.
    public func assertLinkedAtMost(share: Double) throws(BrokenPromise) { try kept(core.linkedAtMost(share: share)) }

    /// What was told last is on average at most so many metres from the truth.
    public func assertErrorAtMost(metres: Double) throws(BrokenPromise) { try kept(core.errorAtMost(metres: metres)) }

    /// At least such a share of the requests is answered.
    public func assertAnswersAtLeast(share: Double) throws(BrokenPromise) { try kept(core.answersAtLeast(share: share)) }

    /// Every attack on every run, as JSON. It holds no place.
    public func findingsJSON() throws(HereaboutsError) -> String { try crossing { try core.findingsJson() } }

    /// The fields of a release that keeps nothing beside place and time.
    public static var placeAndTime: [String] { corePlaceAndTime() }

    private func kept(_ broken: CoreBrokenPromise?) throws(BrokenPromise) {
        if let broken { throw BrokenPromise(broken) }
    }
}

/// What is rehearsed, how long, and how often.
public struct RehearsalOptions: Sendable, Hashable {
    /// The purposes that the app asks for; none named: all that the policy has.
    public var purposes: [String]
    /// The destinations of which the adversary holds everything; none named: all that the policy has.
    public var destinations: [String]
    /// The journey is lived again and again until it covers at least so many days.
    public var days: Int
    /// How many times the whole is replayed, each with fresh noise.
    public var runs: Int
    /// The same seed repeats a rehearsal to the last digit.
    public var seed: UInt64

    /// Everything that the policy names, for 30 days, 20 times, unless it is said otherwise.
    public init(purposes: [String] = [], destinations: [String] = [], days: Int = 30, runs: Int = 20, seed: UInt64 = 1) {
        self.purposes = purposes
        self.destinations = destinations
        self.days = days
        self.runs = runs
        self.seed = seed
    }

    var core: CoreRehearsalOptions {
        CoreRehearsalOptions(
            purposes: purposes, destinations: destinations, days: UInt32(clamping: days), runs: UInt32(clamping: runs), seed: seed)
    }
}

/// A promise that a rehearsal did not keep. It names no place, so that it may stand in the log of a build server.
public struct BrokenPromise: Error, Sendable, Hashable {
    /// What was promised.
    public let promise: String
    /// What was found instead.
    public let found: String
    /// When on the journey, if it has a time.
    public let at: Date?
    /// Which line of the policy to change, or what else to do.
    public let change: String
    /// All of it, as a test prints it in every language.
    public let text: String

    init(_ core: CoreBrokenPromise) {
        promise = core.promise
        found = core.found
        at = core.atMs.map { Date(timeIntervalSince1970: Double($0) / 1_000) }
        change = core.change
        text = core.text
    }
}

extension BrokenPromise: LocalizedError, CustomStringConvertible {
    /// The ``text``: what XCTest and swift-testing print of an error that a test throws.
    public var description: String { text }

    /// The ``text``.
    public var errorDescription: String? { text }

    /// The ``change``.
    public var recoverySuggestion: String? { change }
}

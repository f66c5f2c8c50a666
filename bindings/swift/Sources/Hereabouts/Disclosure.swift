import Foundation
internal import HereaboutsGenerated

/// All that a destination was ever sent, who could be compelled to hand it over, the privacy loss that bounds what it tells,
/// and how near to home and work an attacker comes who holds all of it. It is for whoever carries the device.
public struct Disclosure: Sendable, Hashable {
    /// The destination's name in the policy.
    public let destination: String
    /// The country whose law reaches the operator, ISO 3166-1.
    public let jurisdiction: String
    /// Who runs it.
    public let `operator`: String
    /// Who can open what is stored there.
    public let keyHolder: String
    /// Whether it got nothing but sealed messages, under this policy.
    public let isSealed: Bool
    /// How long the operator says that it keeps what it gets, in seconds; nil if it does not say.
    public let retentionSeconds: Int?
    /// When the report was made.
    public let at: Date
    /// How many releases it was sent.
    public let releases: Int
    /// How many of them lie at a place that this device has forgotten. The destination has not.
    public let forgotten: Int
    /// How many of them are the stand-in of a place that the user protects.
    public let standIns: Int
    /// How many releases went to other destinations.
    public let elsewhere: Int
    /// The loss that bounds what all of it tells, over all time: ε, or ρ where the policy counts that.
    public let lossBound: Double
    /// The same as an ε.
    public let lossBoundEpsilon: Double
    /// The radius in metres within which home lies 19 times in 20, by all that was sent; nil if it tells no home.
    public let homeWithinM: Double?
    /// The same of the place where one works.
    public let workWithinM: Double?
    /// The whole report as JSON that Rust wrote. It names places.
    public let json: String

    init(_ core: HereaboutsGenerated.Disclosure) {
        destination = core.destination
        jurisdiction = core.jurisdiction
        `operator` = core.operator
        keyHolder = core.keyHolder
        isSealed = core.isSealed
        retentionSeconds = core.retentionS.map { Int(clamping: $0) }
        at = Date(milliseconds: core.atMs)
        releases = Int(clamping: core.releases)
        forgotten = Int(clamping: core.forgotten)
        standIns = Int(clamping: core.standIns)
        elsewhere = Int(clamping: core.elsewhere)
        lossBound = core.lossBound
        lossBoundEpsilon = core.lossBoundEpsilon
        homeWithinM = core.homeWithinM
        workWithinM = core.workWithinM
        json = core.json
    }
}

extension Disclosure: Encodable {
    /// Encodes the whole report, as ``json`` says it.
    public func encode(to encoder: any Encoder) throws { try WrittenJSON(json).encode(to: encoder) }
}

extension Disclosure: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Of which destination; nothing of any place.
    public var description: String { "Disclosure(destination: \(destination), releases: \(releases))" }

    /// Of which destination; nothing of any place.
    public var debugDescription: String { description }

    /// Of which destination; nothing of any place.
    public var customMirror: Mirror { Mirror(self, children: ["destination": destination, "releases": releases]) }
}

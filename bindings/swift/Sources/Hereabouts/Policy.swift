import Foundation
internal import HereaboutsGenerated

/// What may be told about where a device is: for which purposes, to which destinations, at which loss of privacy.
///
/// A policy that exists has been checked whole. What this version cannot honour is refused and never ignored. The file is what
/// reviewers read (``init(toml:)``, ``init(json:)``, ``read(_:)``); the same can be built in code:
/// ``init(radiusM:budgets:purposes:destinations:ceilings:accounting:devices:zones:receiptRetentionSeconds:sensitive:files:)``.
public struct Policy: Sendable {
    package let core: CorePolicy

    package init(core: CorePolicy) { self.core = core }

    /// Reads a policy written in TOML.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidPolicy`` with the line, the key, what is wrong and what would be right.
    public init(toml: String) throws(HereaboutsError) {
        core = try crossing { try CorePolicy.fromToml(text: toml) }
    }

    /// Reads a policy written in JSON, with the same errors.
    public init(json: String) throws(HereaboutsError) {
        core = try crossing { try CorePolicy.fromJson(text: json) }
    }

    /// Reads a policy written in TOML or JSON, with the texts of the files that it names, by the names that stand in it: for
    /// apps that carry their files as resources.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidPolicy`` also if a file is not there or holds something else.
    public init(text: String, files: [String: String]) throws(HereaboutsError) {
        core = try crossing { try CorePolicy.fromText(text: text, files: files) }
    }

    /// Reads a policy from a file, such as one of the app's bundle: JSON if its first character beside blanks is `{`, otherwise
    /// TOML. Files that it names are looked for beside it.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidPolicy`` also if a file cannot be read.
    public static func read(_ url: URL) throws(HereaboutsError) -> Policy {
        Policy(core: try crossing { try CorePolicy.read(path: url.path) })
    }

    /// The names of the purposes, in alphabetical order.
    public var purposes: [String] { core.purposes() }

    /// The names of the destinations, in alphabetical order.
    public var destinations: [String] { core.destinations() }

    /// What a user can choose as a ceiling: "off", "precise", and those of the policy in alphabetical order.
    public var ceilings: [String] { core.ceilings() }

    /// Whether it lets a user protect places.
    public var hasZones: Bool { core.hasZones() }

    /// The protected radius in metres: two places nearer than this must look alike.
    public var radiusM: Double { core.radiusM() }

    /// The fingerprint of all that it says, in 64 hexadecimal digits: what sealed messages are bound to as its version.
    public var fingerprint: String { core.fingerprint() }

    /// What whoever reviews it should know, a sentence without its end each.
    public var notes: [String] { core.notes() }

    /// What each destination learns, in plain sentences, with cells measured at a latitude in degrees.
    public func explain(latitudeDeg: Double) -> String { core.explain(latitudeDeg: latitudeDeg) }

    /// The same figures as JSON.
    public func explainJSON(latitudeDeg: Double) -> String { core.explainJson(latitudeDeg: latitudeDeg) }

    /// What another policy says differently from this one, and whether it tells more.
    public func diff(_ other: Policy) -> [PolicyChange] { core.diff(other: other.core).map(PolicyChange.init) }

    /// The grid that a destination gets for a purpose, as "h3:6", or the places whose names it gets, as "places:countries";
    /// nil if the policy does not name both.
    public func grid(for purpose: String, to destination: String) -> String? {
        core.gridFor(purpose: purpose, destination: destination)
    }

    /// How many bytes every message to a sealed destination has; nil if it is not sealed, or not named.
    public func messageBytes(to destination: String) -> Int? {
        core.messageBytes(destination: destination).map { Int(clamping: $0) }
    }

    /// The names of the floors that carry a threshold of a law or a store, as ``Floor/init(areaKm2:radiusM:decimals:preset:coarsens:)``
    /// takes them.
    public static var presets: [String] { presetNames() }
}

extension Policy: Hashable {
    /// Whether both say the same.
    public static func == (first: Self, second: Self) -> Bool { first.fingerprint == second.fingerprint }

    /// A hash of all that it says.
    public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

extension Policy: CustomStringConvertible {
    /// Its purposes and destinations.
    public var description: String {
        "Policy(purposes: \(purposes.joined(separator: ", ")); destinations: \(destinations.joined(separator: ", ")))"
    }
}

/// One thing that a policy says differently from another.
public struct PolicyChange: Sendable, Hashable, Codable {
    /// What it is about, such as "weather to eu".
    public let about: String
    /// What of it, such as "the grid".
    public let what: String
    /// What the first policy says; nil if nothing.
    public let from: String?
    /// What the second policy says; nil if nothing.
    public let to: String?
    /// Whether more is told by the second.
    public let telling: Telling
    /// All of it in a sentence without its end.
    public let text: String

    /// Whether a change lets more be told, or less.
    public enum Telling: String, Sendable, Hashable, Codable {
        /// More, finer, more often, or to more.
        case more
        /// Less of it.
        case less
        /// Neither can be said.
        case other
    }

    init(_ core: HereaboutsGenerated.PolicyChange) {
        about = core.about
        what = core.what
        from = core.from
        to = core.to
        text = core.text
        telling = switch core.telling {
        case .more: .more
        case .less: .less
        case .other: .other
        }
    }
}

extension PolicyChange: CustomStringConvertible {
    /// The ``text``.
    public var description: String { text }
}

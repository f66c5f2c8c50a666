import Foundation
internal import HereaboutsGenerated

/// What came of one request. That nothing may be sent is one of the answers, and no error.
public enum Outcome: Sendable, Hashable {
    /// A release, charged and recorded: it may be sent.
    case released(Release)
    /// The earlier release still stands, with the present time bucket: to send it again costs nothing.
    case held(Release)
    /// Nothing may be sent. The reason stays on the device: what the destination sees is silence.
    case withheld(Withheld)

    /// What may be sent now, new or standing; nil if nothing may.
    public var release: Release? {
        switch self {
        case .released(let release), .held(let release): release
        case .withheld: nil
        }
    }

    init(_ core: HereaboutsGenerated.Outcome) {
        switch core {
        case .released(let release): self = .released(Release(release))
        case .held(let release): self = .held(Release(release))
        case .withheld(let withheld): self = .withheld(Withheld(withheld))
        }
    }
}

/// Why nothing may be sent, and until when.
public struct Withheld: Sendable, Hashable, Codable {
    /// Why.
    public let reason: Reason

    /// Until when; nil where no time ends it.
    public let until: Date?

    /// The reason in a sentence without its end, as every language of this library says it.
    public var text: String { withheldText(withheld: core) }

    /// The reasons for which nothing is released.
    public enum Reason: String, Sendable, Hashable, Codable {
        /// The destination has had its view of the purpose's draw on this tick.
        case notDue = "not-due"
        /// The user turned the purpose off.
        case turnedOff = "turned-off"
        /// A window of the budget has no room for another draw.
        case budgetSpent = "budget-spent"
        /// A reason that this version does not know yet.
        case other
    }

    init(_ core: HereaboutsGenerated.Withheld) {
        until = core.untilMs.map(Date.init(milliseconds:))
        reason = switch core.reason {
        case .notDue: .notDue
        case .turnedOff: .turnedOff
        case .budgetSpent: .budgetSpent
        case .other: .other
        }
    }

    private var core: HereaboutsGenerated.Withheld {
        let reason: WithheldReason = switch reason {
        case .notDue: .notDue
        case .turnedOff: .turnedOff
        case .budgetSpent: .budgetSpent
        case .other: .other
        }
        return HereaboutsGenerated.Withheld(reason: reason, untilMs: until?.milliseconds)
    }

    private enum CodingKeys: CodingKey { case reason, until }

    /// Reads what ``encode(to:)`` wrote. A reason that is not known is ``Reason/other``.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: CodingKeys.self)
        reason = Reason(rawValue: try table.decode(String.self, forKey: .reason)) ?? .other
        until = try table.timeIfPresent(forKey: .until)
    }

    /// Writes the reason by its name, and the time as Rust writes times.
    public func encode(to encoder: any Encoder) throws {
        var table = encoder.container(keyedBy: CodingKeys.self)
        try table.encode(reason, forKey: .reason)
        try table.encode(timeOrNull: until, forKey: .until)
    }
}

extension Withheld: CustomStringConvertible {
    /// The ``text``.
    public var description: String { text }
}

/// What a release would come to, were it asked for now.
public enum Preview: Sendable, Hashable {
    /// It would be made, and charged this much at most.
    case release(atMost: PrivacyLoss)
    /// The earlier release would stand, and nothing be charged.
    case hold
    /// A noisy test would say whether the purpose's draw still stands, or another takes its place; charged this much at most.
    case ask(atMost: PrivacyLoss)
    /// It would be withheld.
    case withheld(Withheld)

    init(_ core: HereaboutsGenerated.Preview) {
        switch core {
        case .release(let atMost): self = .release(atMost: PrivacyLoss(atMost))
        case .hold: self = .hold
        case .ask(let atMost): self = .ask(atMost: PrivacyLoss(atMost))
        case .withheld(let withheld): self = .withheld(Withheld(withheld))
        }
    }
}

/// Privacy loss: ε, or ρ where the policy counts that, at the protected radius.
public struct PrivacyLoss: Sendable, Hashable, Comparable, Codable {
    /// In whole billionths: exact.
    public let billionths: UInt64

    /// As a number, for people and formulas.
    public var value: Double { Double(billionths) / 1e9 }

    init(_ core: HereaboutsGenerated.PrivacyLoss) { billionths = core.billionths }

    init(billionths: UInt64) { self.billionths = billionths }

    /// Whether the first is less.
    public static func < (first: Self, second: Self) -> Bool { first.billionths < second.billionths }

    /// Reads the billionths.
    public init(from decoder: any Decoder) throws {
        billionths = try decoder.singleValueContainer().decode(UInt64.self)
    }

    /// Writes the billionths.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(billionths)
    }
}

extension PrivacyLoss: CustomStringConvertible {
    /// The number.
    public var description: String { "\(value)" }
}

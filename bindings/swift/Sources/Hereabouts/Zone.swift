import Foundation
internal import HereaboutsGenerated

/// A place that the user protects: the disc around one draw of noise, made once for life. Nothing of the place is kept.
public struct Zone: Sendable, Hashable, Codable {
    /// What the user calls it.
    public let name: String
    /// Degrees north of the disc's centre: the place, moved by noise. An app may draw the disc on the user's map.
    public let centreLatitudeDeg: Double
    /// Degrees east of the disc's centre.
    public let centreLongitudeDeg: Double
    /// The radius of the disc in metres.
    public let radiusM: Double
    /// When it was drawn, by the ledger's time.
    public let since: Date

    init(_ core: HereaboutsGenerated.Zone) {
        name = core.name
        centreLatitudeDeg = core.centreLatitudeDeg
        centreLongitudeDeg = core.centreLongitudeDeg
        radiusM = core.radiusM
        since = Date(milliseconds: core.sinceMs)
    }

    private enum CodingKeys: String, CodingKey {
        case name, centreLatitudeDeg = "centre_latitude_deg", centreLongitudeDeg = "centre_longitude_deg"
        case radiusM = "radius_m", since
    }

    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: CodingKeys.self)
        name = try table.decode(String.self, forKey: .name)
        centreLatitudeDeg = try table.decode(Double.self, forKey: .centreLatitudeDeg)
        centreLongitudeDeg = try table.decode(Double.self, forKey: .centreLongitudeDeg)
        radiusM = try table.decode(Double.self, forKey: .radiusM)
        since = try table.time(forKey: .since)
    }

    /// Writes the disc and its name.
    public func encode(to encoder: any Encoder) throws {
        var table = encoder.container(keyedBy: CodingKeys.self)
        try table.encode(name, forKey: .name)
        try table.encode(centreLatitudeDeg, forKey: .centreLatitudeDeg)
        try table.encode(centreLongitudeDeg, forKey: .centreLongitudeDeg)
        try table.encode(radiusM, forKey: .radiusM)
        try table.encode(time: since, forKey: .since)
    }
}

extension Zone: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Tells nothing: a name may hold an address.
    public var description: String { "Zone(..)" }

    /// Tells nothing.
    public var debugDescription: String { description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The zones that are on, and what all that were ever drawn cost for life.
public struct Zones: Sendable, Hashable, Codable {
    /// The zones that are on.
    public let zones: [Zone]
    /// How many were ever drawn, those that are off included.
    public let draws: Int
    /// What their draws cost for life.
    public let loss: PrivacyLoss

    init(_ core: HereaboutsGenerated.Zones) {
        zones = core.zones.map(Zone.init)
        draws = Int(clamping: core.draws)
        loss = PrivacyLoss(core.loss)
    }

    private enum CodingKeys: String, CodingKey { case zones, draws, loss = "billionths" }
}

/// What came of the wish to protect a place.
public enum Protection: Sendable, Hashable {
    /// A zone was drawn, and charged.
    case drawn(Zone)
    /// The place lies in the disc of a zone that was drawn before. It is on now.
    case already(Zone)
    /// Nothing was drawn: the budget has no room for it.
    case withheld(Withheld)

    init(_ core: HereaboutsGenerated.Protected) {
        switch core {
        case .drawn(let zone): self = .drawn(Zone(zone))
        case .already(let zone): self = .already(Zone(zone))
        case .withheld(let withheld): self = .withheld(Withheld(withheld))
        }
    }
}

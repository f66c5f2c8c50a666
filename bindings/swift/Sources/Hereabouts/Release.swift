import Foundation
internal import HereaboutsGenerated

/// What leaves the phone: place and time, and what the policy keeps. Only a ``Minimizer`` makes one, and only after its loss
/// was charged: so it is encoded, and never decoded. Whoever receives one reads a ``ReceivedRelease``.
///
/// To a sealed destination goes what it was sealed into: ``json`` is that message, and the other written forms are nil. What
/// the properties say is then for the device itself.
public struct Release: Sendable, Hashable {
    /// What the app wants the location for, as the policy names it.
    public let purpose: String
    /// Degrees north of the cell's centre, WGS 84; nil where a place is told by its name.
    public let latitudeDeg: Double?
    /// Degrees east of the cell's centre, likewise.
    public let longitudeDeg: Double?
    /// The grid, as "h3:6"; or the places of which one may be named, as "places:countries".
    public let grid: String
    /// The cell's name in the grid; nil where a place is told by its name.
    public let cell: String?
    /// The name of the place that is told; nil if it is a cell, or if no place holds all of where the truth is likely to be.
    public let place: String?
    /// The radius in metres that holds the truth with probability 68 %, noise and cell together.
    public let accuracyM: Double?
    /// When the release was decided, rounded down to the policy's time bucket.
    public let time: Date
    /// The length of the time bucket in seconds.
    public let spanSeconds: Int
    /// The altitude in metres, where the policy keeps it and the fix had it.
    public let altitudeM: Double?
    /// The speed in metres a second, where the policy keeps it and the fix had it.
    public let speedMS: Double?
    /// The course in degrees clockwise from true north, where the policy keeps it and the fix had it.
    public let courseDeg: Double?
    /// What it cost: nothing if it is a further view of what was paid. It stays on the device.
    public let loss: PrivacyLoss
    /// Whether its destination is sealed: then nothing but ``json``, the sealed message, may be sent.
    public let isSealed: Bool
    /// What may be sent, as one line of JSON that Rust wrote: the release, or the message that it was sealed into.
    public let json: String
    /// The release as a GeoJSON feature (RFC 7946); nil if its destination is sealed.
    public let geoJSON: String?
    /// The release as a `geo:` URI (RFC 5870) with its accuracy as the uncertainty; nil if its destination is sealed.
    public let geoURI: String?

    init(_ core: HereaboutsGenerated.Release) {
        purpose = core.purpose
        latitudeDeg = core.latitudeDeg
        longitudeDeg = core.longitudeDeg
        grid = core.grid
        cell = core.cell
        place = core.place
        accuracyM = core.accuracyM
        time = Date(milliseconds: core.timeMs)
        spanSeconds = Int(core.spanS)
        altitudeM = core.altitudeM
        speedMS = core.speedMS
        courseDeg = core.courseDeg
        loss = PrivacyLoss(core.loss)
        isSealed = core.isSealed
        json = core.json
        geoJSON = core.geojson
        geoURI = core.geoUri
    }
}

extension Release: Encodable {
    /// Encodes what ``json`` says, and nothing else: the loss stays on the device, and a sealed release is its message.
    public func encode(to encoder: any Encoder) throws { try WrittenJSON(json).encode(to: encoder) }
}

extension Release: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What for, and how coarse; not where.
    public var description: String { "Release(purpose: \(purpose), grid: \(grid))" }

    /// What for, and how coarse; not where.
    public var debugDescription: String { description }

    /// What for, and how coarse; not where.
    public var customMirror: Mirror { Mirror(self, children: ["purpose": purpose, "grid": grid]) }
}

/// A release as whoever receives it reads it: a server in Swift, a widget, a watch. It says what ``Release/json`` says.
///
/// It is no ``Release``: a text that says where somebody is may have come from anywhere.
public struct ReceivedRelease: Sendable, Hashable, Codable {
    /// The version of the format.
    public let version: Int
    /// What the location is for, as the policy names it.
    public let purpose: String
    /// Degrees north of the cell's centre, WGS 84; nil where a place is told by its name.
    public let latitudeDeg: Double?
    /// Degrees east of the cell's centre, likewise.
    public let longitudeDeg: Double?
    /// The grid, as "h3:6"; or the places of which one may be named, as "places:countries".
    public let grid: String
    /// The cell's name in the grid; nil where a place is told by its name.
    public let cell: String?
    /// The name of the place that is told; nil if it is a cell, or if no place holds all of where the truth is likely to be.
    public let place: String?
    /// The radius in metres that holds the truth with probability 68 %.
    public let accuracyM: Double?
    /// The start of the time bucket in which the release was decided.
    public let time: Date
    /// The length of the time bucket in seconds.
    public let spanSeconds: Int
    /// The altitude in metres, if the policy keeps it.
    public let altitudeM: Double?
    /// The speed in metres a second, if the policy keeps it.
    public let speedMS: Double?
    /// The course in degrees clockwise from true north, if the policy keeps it.
    public let courseDeg: Double?

    private enum CodingKeys: String, CodingKey {
        case version = "v", purpose, latitudeDeg = "lat", longitudeDeg = "lon", grid, cell, place, accuracyM = "accuracy_m", time
        case spanSeconds = "span_s", altitudeM = "altitude_m", speedMS = "speed_m_s", courseDeg = "course_deg"
    }

    /// Reads the release's JSON, which has its times as text whatever the decoder's strategy is.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: CodingKeys.self)
        version = try table.decode(Int.self, forKey: .version)
        guard version == 1 else {
            let reason = "it is a release of version \(version); expected 1: update this library"
            throw DecodingError.dataCorruptedError(forKey: .version, in: table, debugDescription: reason)
        }
        purpose = try table.decode(String.self, forKey: .purpose)
        latitudeDeg = try table.decodeIfPresent(Double.self, forKey: .latitudeDeg)
        longitudeDeg = try table.decodeIfPresent(Double.self, forKey: .longitudeDeg)
        grid = try table.decode(String.self, forKey: .grid)
        cell = try table.decodeIfPresent(String.self, forKey: .cell)
        place = try table.decodeIfPresent(String.self, forKey: .place)
        accuracyM = try table.decodeIfPresent(Double.self, forKey: .accuracyM)
        time = try table.time(forKey: .time)
        spanSeconds = try table.decode(Int.self, forKey: .spanSeconds)
        altitudeM = try table.decodeIfPresent(Double.self, forKey: .altitudeM)
        speedMS = try table.decodeIfPresent(Double.self, forKey: .speedMS)
        courseDeg = try table.decodeIfPresent(Double.self, forKey: .courseDeg)
    }

    /// Writes the release's JSON.
    public func encode(to encoder: any Encoder) throws {
        var table = encoder.container(keyedBy: CodingKeys.self)
        try table.encode(version, forKey: .version)
        try table.encode(purpose, forKey: .purpose)
        try table.encodeIfPresent(latitudeDeg, forKey: .latitudeDeg)
        try table.encodeIfPresent(longitudeDeg, forKey: .longitudeDeg)
        try table.encode(grid, forKey: .grid)
        try table.encodeIfPresent(cell, forKey: .cell)
        try table.encodeIfPresent(place, forKey: .place)
        try table.encodeIfPresent(accuracyM, forKey: .accuracyM)
        try table.encode(time: time, forKey: .time)
        try table.encode(spanSeconds, forKey: .spanSeconds)
        try table.encodeIfPresent(altitudeM, forKey: .altitudeM)
        try table.encodeIfPresent(speedMS, forKey: .speedMS)
        try table.encodeIfPresent(courseDeg, forKey: .courseDeg)
    }
}

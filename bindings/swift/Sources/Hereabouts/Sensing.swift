import Foundation
internal import HereaboutsGenerated

/// What to ask of the operating system for a purpose, and when. It follows from policy, clock and account alone.
public struct Sensing: Sendable, Hashable, Codable {
    /// How accurately to measure: the coarsest that suffices.
    public let accuracy: Accuracy
    /// The greatest 68 % radius of a fix, in metres, that leaves the release as good as it can be.
    public let neededAccuracyM: Double
    /// The earliest time at which a fix makes a difference: now or earlier, if one does already; nil if it never will. Until
    /// then switch the sensor off.
    public let next: Date?
    /// How old a fix may be that the operating system has at hand, in seconds.
    public let maximumAgeSeconds: Double
    /// The constant for `CLLocationManager.desiredAccuracy`, by name.
    public let desiredAccuracyName: String

    /// How accurately the operating system is to measure.
    public enum Accuracy: String, Sendable, Hashable, Codable {
        /// As accurate as can be: finer than ten metres.
        case best
        /// Ten metres: satellites.
        case tenMetres = "ten-metres"
        /// A hundred metres: Wi-Fi and cell towers.
        case hundredMetres = "hundred-metres"
        /// A kilometre.
        case kilometre
        /// Three kilometres.
        case threeKilometres = "three-kilometres"
        /// Twenty kilometres: the approximate location of iOS suffices.
        case approximate
    }

    init(_ core: HereaboutsGenerated.Sensing) {
        accuracy = switch core.accuracy {
        case .best: .best
        case .tenMetres: .tenMetres
        case .hundredMetres: .hundredMetres
        case .kilometre: .kilometre
        case .threeKilometres: .threeKilometres
        case .approximate: .approximate
        }
        neededAccuracyM = core.neededAccuracyM
        next = core.nextMs.map(Date.init(milliseconds:))
        maximumAgeSeconds = Double(core.maximumAgeMs) / 1_000
        desiredAccuracyName = core.ios
    }

    private enum CodingKeys: String, CodingKey {
        case accuracy, neededAccuracyM = "needed_accuracy_m", next, maximumAgeSeconds = "maximum_age_s", desiredAccuracyName = "ios"
    }

    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: CodingKeys.self)
        accuracy = try table.decode(Accuracy.self, forKey: .accuracy)
        neededAccuracyM = try table.decode(Double.self, forKey: .neededAccuracyM)
        next = try table.timeIfPresent(forKey: .next)
        maximumAgeSeconds = try table.decode(Double.self, forKey: .maximumAgeSeconds)
        desiredAccuracyName = try table.decode(String.self, forKey: .desiredAccuracyName)
    }

    /// Writes what it says, the time as Rust writes times.
    public func encode(to encoder: any Encoder) throws {
        var table = encoder.container(keyedBy: CodingKeys.self)
        try table.encode(accuracy, forKey: .accuracy)
        try table.encode(neededAccuracyM, forKey: .neededAccuracyM)
        try table.encode(timeOrNull: next, forKey: .next)
        try table.encode(maximumAgeSeconds, forKey: .maximumAgeSeconds)
        try table.encode(desiredAccuracyName, forKey: .desiredAccuracyName)
    }
}

#if canImport(CoreLocation)
public import CoreLocation
import Foundation

extension Fix {
    /// This location as a fix: what iOS marks as not measured, by a negative number, is nil, and none of the rest leaves unless
    /// the policy keeps it. ``isSimulated`` says whether software made it.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidFix`` if the location is no place: NaN, or a negative horizontal accuracy, by
    ///   which iOS says that its coordinate is not valid. No text holds a number of it.
    public init(_ location: CLLocation) throws(HereaboutsError) {
        func measured(_ number: Double, _ isMeasured: Bool) -> Double? { isMeasured ? number : nil }
        self = try Fix.wgs84(
            latitudeDeg: location.coordinate.latitude,
            longitudeDeg: location.coordinate.longitude,
            time: location.timestamp,
            horizontalAccuracyM: location.horizontalAccuracy,
            altitudeM: measured(location.altitude, location.verticalAccuracy > 0),
            speedMS: measured(location.speed, location.speed >= 0),
            courseDeg: measured(location.course, location.course >= 0),
            isSimulated: location.sourceInformation?.isSimulatedBySoftware ?? false)
    }
}

extension AsyncSequence where Element == CLLocation {
    /// What comes of each location, for a purpose to a destination.
    public func minimized(
        by minimizer: Minimizer, for purpose: String, to destination: String
    ) -> MinimizedSequence<AsyncThrowingMapSequence<Self, Fix>> {
        map { try Fix($0) }.minimized(by: minimizer, for: purpose, to: destination)
    }
}

/// The user, or whoever manages the device, lets this app have no location. Ask for it in the settings, or do without.
public enum LocationDenied: Error, Sendable, Hashable {
    /// The user denied it to this app.
    case toThisApp
    /// The user switched location services off for all apps.
    case toAllApps
    /// Whoever manages the device forbids it.
    case byRestriction
}

extension LocationDenied: LocalizedError {
    /// Who denies it.
    public var errorDescription: String? {
        switch self {
        case .toThisApp: "the user lets this app have no location"
        case .toAllApps: "location services are off for all apps"
        case .byRestriction: "whoever manages this device lets this app have no location"
        }
    }

    /// Where it can be changed.
    public var recoverySuggestion: String? {
        switch self {
        case .toThisApp: "Allow it in Settings, under this app's name; approximate location is enough for most purposes."
        case .toAllApps: "Switch location services on in Settings, under Privacy."
        case .byRestriction: "Do without: the user cannot change it."
        }
    }
}

@available(iOS 17, macOS 14, tvOS 17, watchOS 10, visionOS 1, *)
extension AsyncSequence where Element == CLLocationUpdate {
    /// What comes of each update that has a location, for a purpose to a destination: `CLLocationUpdate.liveUpdates()` is such
    /// a sequence. Updates without a location are skipped. Where iOS says that the app is denied any (from iOS 18 on), it ends
    /// with ``LocationDenied``.
    public func minimized(
        by minimizer: Minimizer, for purpose: String, to destination: String
    ) -> MinimizedSequence<AsyncThrowingCompactMapSequence<Self, Fix>> {
        compactMap { update in
            if #available(iOS 18, macOS 15, tvOS 18, watchOS 11, visionOS 2, *) {
                if update.authorizationDenied { throw LocationDenied.toThisApp }
                if update.authorizationDeniedGlobally { throw LocationDenied.toAllApps }
                if update.authorizationRestricted { throw LocationDenied.byRestriction }
            }
            return try update.location.map { location in try Fix(location) }
        }.minimized(by: minimizer, for: purpose, to: destination)
    }
}

extension Sensing {
    /// For `CLLocationManager.desiredAccuracy`: no more accurate than a release can tell.
    public var desiredAccuracy: CLLocationAccuracy {
        switch accuracy {
        case .best: kCLLocationAccuracyBest
        case .tenMetres: kCLLocationAccuracyNearestTenMeters
        case .hundredMetres: kCLLocationAccuracyHundredMeters
        case .kilometre: kCLLocationAccuracyKilometer
        case .threeKilometres: kCLLocationAccuracyThreeKilometers
        case .approximate: kCLLocationAccuracyReduced
        }
    }
}
#endif

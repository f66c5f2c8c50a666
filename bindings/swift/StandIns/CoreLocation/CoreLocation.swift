// What the facade and the example use of Apple's CoreLocation, in its names and types, so that they are compiled and tested where
// that is not.
// No product holds it: the manifest knows it with HEREABOUTS_STAND_INS=1 alone.

import Foundation

public typealias CLLocationDegrees = Double
public typealias CLLocationAccuracy = Double
public typealias CLLocationDistance = Double
public typealias CLLocationDirection = Double
public typealias CLLocationSpeed = Double

public let kCLLocationAccuracyBest: CLLocationAccuracy = -1
public let kCLLocationAccuracyNearestTenMeters: CLLocationAccuracy = 10
public let kCLLocationAccuracyHundredMeters: CLLocationAccuracy = 100
public let kCLLocationAccuracyKilometer: CLLocationAccuracy = 1_000
public let kCLLocationAccuracyThreeKilometers: CLLocationAccuracy = 3_000
public let kCLLocationAccuracyReduced: CLLocationAccuracy = 20_000

public struct CLLocationCoordinate2D: Sendable {
    public var latitude: CLLocationDegrees
    public var longitude: CLLocationDegrees

    public init(latitude: CLLocationDegrees, longitude: CLLocationDegrees) {
        self.latitude = latitude
        self.longitude = longitude
    }
}

public final class CLLocationSourceInformation: Sendable {
    public let isSimulatedBySoftware: Bool

    public init(softwareSimulationState: Bool, andExternalAccessoryState _: Bool) {
        isSimulatedBySoftware = softwareSimulationState
    }
}

public final class CLLocation: Sendable {
    public let coordinate: CLLocationCoordinate2D
    public let altitude: CLLocationDistance
    public let horizontalAccuracy: CLLocationAccuracy
    public let verticalAccuracy: CLLocationAccuracy
    public let course: CLLocationDirection
    public let speed: CLLocationSpeed
    public let timestamp: Date
    public let sourceInformation: CLLocationSourceInformation?

    public init(
        coordinate: CLLocationCoordinate2D, altitude: CLLocationDistance, horizontalAccuracy: CLLocationAccuracy,
        verticalAccuracy: CLLocationAccuracy, course: CLLocationDirection, speed: CLLocationSpeed, timestamp: Date,
        sourceInfo: CLLocationSourceInformation? = nil
    ) {
        self.coordinate = coordinate
        self.altitude = altitude
        self.horizontalAccuracy = horizontalAccuracy
        self.verticalAccuracy = verticalAccuracy
        self.course = course
        self.speed = speed
        self.timestamp = timestamp
        sourceInformation = sourceInfo
    }
}

/// The real one cannot be made by an app.
public struct CLLocationUpdate: Sendable {
    public let location: CLLocation?
    public let authorizationDenied: Bool
    public let authorizationDeniedGlobally: Bool
    public let authorizationRestricted: Bool

    public init(
        location: CLLocation? = nil, authorizationDenied: Bool = false, authorizationDeniedGlobally: Bool = false,
        authorizationRestricted: Bool = false
    ) {
        self.location = location
        self.authorizationDenied = authorizationDenied
        self.authorizationDeniedGlobally = authorizationDeniedGlobally
        self.authorizationRestricted = authorizationRestricted
    }
}

public struct CLError: Error {
    public enum Code: Sendable { case locationUnknown, denied }

    public let code: Code

    public init(_ code: Code) { self.code = code }
}

public enum CLAuthorizationStatus: Sendable { case notDetermined, restricted, denied, authorizedAlways, authorizedWhenInUse }

public protocol CLLocationManagerDelegate: AnyObject {
    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager)
    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation])
    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error)
}

/// It measures nothing: a test sets what it knows, sees what was asked of it, and tells its delegate.
public final class CLLocationManager {
    public enum Asked: Sendable { case authorization, location }

    nonisolated(unsafe) public static var isOn = true

    public weak var delegate: (any CLLocationManagerDelegate)?
    public var desiredAccuracy = kCLLocationAccuracyBest
    public var authorizationStatus = CLAuthorizationStatus.notDetermined
    public var location: CLLocation?
    public private(set) var asked = [Asked]()

    public init() {}

    public static func locationServicesEnabled() -> Bool { isOn }
    public func requestWhenInUseAuthorization() { asked.append(.authorization) }
    public func requestLocation() { asked.append(.location) }
}

import CoreLocation
import Foundation
public import Hereabouts

/// What to measure next, and when: what will not be released need not be measured.
public struct NextMeasurement: Sendable, Hashable {
    /// The earliest time at which a location makes a difference.
    public let time: Date
    /// For `CLLocationManager.desiredAccuracy`: what the most exacting of the wishes that are due then needs, and no more.
    public let desiredAccuracy: Double
    /// The greatest 68 % radius in metres with which all of them are as good as they can be.
    public let neededAccuracyM: Double
    /// How old a location may be that iOS has at hand.
    public let maximumAgeSeconds: Double

    /// Of all that is asked for; nil if no location will ever make a difference.
    init?(of all: [Sensing], now: Date) {
        guard let time = all.compactMap(\.next).min() else { return nil }
        let due = all.filter { sensing in sensing.next.map { $0 <= max(time, now) } ?? false }
        guard let exacting = due.min(by: { $0.neededAccuracyM < $1.neededAccuracyM }) else { return nil }
        self.time = time
        desiredAccuracy = exacting.desiredAccuracy
        neededAccuracyM = exacting.neededAccuracyM
        maximumAgeSeconds = due.map(\.maximumAgeSeconds).min() ?? 0
    }

    /// Whether a location that iOS has at hand will do.
    func isAnswered(by location: CLLocation, now: Date = Date()) -> Bool {
        let age = now.timeIntervalSince(location.timestamp)
        return age >= 0 && age <= maximumAgeSeconds && location.horizontalAccuracy >= 0
            && location.horizontalAccuracy <= neededAccuracyM
    }
}

/// A location as the app keeps it: what may be minimized, and where to draw it on the user's own plan.
public struct Measured: Sendable {
    let fix: Fix
    let here: Here

    /// Of a location as iOS gives it.
    ///
    /// - Throws: `HereaboutsError` if it is none.
    public init(_ location: CLLocation) throws(HereaboutsError) {
        fix = try Fix(location)
        here = Here(latitudeDeg: location.coordinate.latitude, longitudeDeg: location.coordinate.longitude)
    }
}

/// iOS does not know now where the device is. It may later.
public struct LocationUnknown: Error {
    init() {}
}

/// Asks iOS for one location at a time, after which it measures nothing until it is asked again.
@MainActor
public final class Locator: NSObject {
    private let manager: CLLocationManager
    private var waiting: CheckedContinuation<Measured, any Error>?

    /// On the main thread, where iOS answers.
    public init(_ manager: CLLocationManager = CLLocationManager()) {
        self.manager = manager
        super.init()
        manager.delegate = self
    }

    /// One location, no more accurate than it is needed: what iOS has at hand, if that will do. Where the user was never asked,
    /// this asks.
    ///
    /// - Throws: `LocationDenied`, ``LocationUnknown``, `HereaboutsError` if iOS gives a location that is none, or
    ///   `CancellationError`.
    public func locate(_ next: NextMeasurement) async throws -> Measured {
        manager.desiredAccuracy = next.desiredAccuracy
        if let known = manager.location, next.isAnswered(by: known) { return try Measured(known) }
        do {
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    answer(.failure(CancellationError()))
                    waiting = continuation
                    if Task.isCancelled { return answer(.failure(CancellationError())) }
                    if manager.authorizationStatus == .notDetermined { manager.requestWhenInUseAuthorization() } else { manager.requestLocation() }
                }
            } onCancel: {
                Task { @MainActor in self.answer(.failure(CancellationError())) }
            }
        } catch let error as CLError {
            throw error.code == .denied ? await whoDenies() : LocationUnknown()
        }
    }

    private func answer(_ result: Result<Measured, any Error>) {
        waiting?.resume(with: result)
        waiting = nil
    }

    private func whoDenies() async -> LocationDenied {
        if manager.authorizationStatus == .restricted { return .byRestriction }
        // It may take a while, and so is not asked on the main thread.
        let isOn = await Task.detached { CLLocationManager.locationServicesEnabled() }.value
        return isOn ? .toThisApp : .toAllApps
    }
}

extension Locator: CLLocationManagerDelegate {
    /// The user has decided, or had before.
    public nonisolated func locationManagerDidChangeAuthorization(_: CLLocationManager) {
        MainActor.assumeIsolated {
            if waiting != nil, manager.authorizationStatus != .notDetermined { manager.requestLocation() }
        }
    }

    /// There is a location. Of it nothing but what ``Measured`` keeps goes on.
    public nonisolated func locationManager(_: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        let result = Result<Measured, any Error> {
            guard let location = locations.last else { throw LocationUnknown() }
            return try Measured(location)
        }
        MainActor.assumeIsolated { answer(result) }
    }

    /// There is none.
    public nonisolated func locationManager(_: CLLocationManager, didFailWithError error: any Error) {
        MainActor.assumeIsolated { answer(.failure(error)) }
    }
}

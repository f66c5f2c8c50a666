import CoreLocation
import Foundation
import Hereabouts
import HereaboutsTesting
import Testing

@testable import Model

private let start = Date(timeIntervalSince1970: 1_718_874_000)

private func location(latitude: Double = 52.0907, accuracy: Double = 65, at time: Date = start) -> CLLocation {
    CLLocation(
        coordinate: CLLocationCoordinate2D(latitude: latitude, longitude: 5.1214), altitude: 0, horizontalAccuracy: accuracy,
        verticalAccuracy: -1, course: -1, speed: -1, timestamp: time)
}

/// What will not be released is not measured, and nothing is measured more accurately than a release can tell.
@MainActor
@Suite(.serialized)
struct MeasuringTests {
    private let clock = FakeClock(start)

    private func sharing() throws -> Sharing {
        try Sharing(Minimizer.inMemory(Sharing.policy(), clock: clock)) { _, _ in }
    }

    /// Lives until a time that the clock reaches by what is waited for; returns when it was measured, and for what.
    private func live(
        _ sharing: Sharing, until end: Date, locate: ((NextMeasurement) throws -> Measured)? = nil
    ) async -> [(Date, NextMeasurement)] {
        var measured = [(Date, NextMeasurement)]()
        await sharing.run(now: { clock.wall }) { time in
            if clock.wall >= end { throw CancellationError() }
            let isTime = time <= clock.wall + 60
            clock.wall = isTime ? max(time, clock.wall) : clock.wall + 60
            return isTime
        } locate: { next in
            measured.append((clock.wall, next))
            return try locate?(next) ?? Measured(location(at: clock.wall))
        }
        return measured
    }

    @Test func aDayIsMeasuredWhenSomethingIsDueAndNoMoreAccuratelyThanItTells() async throws {
        let sharing = try sharing()
        let measured = await live(sharing, until: start + 86_400)
        #expect(sharing.shown.message == nil)
        #expect(sharing.shown.shared.count == 4 && sharing.shown.shared.allSatisfy { $0.release != nil })
        #expect(measured.count > 24 && measured.count <= 97, "once for each quarter of an hour at most: \(measured.count)")
        for (earlier, later) in zip(measured, measured.dropFirst()) { #expect(later.0.timeIntervalSince(earlier.0) >= 899) }
        #expect(measured.allSatisfy { $0.1.desiredAccuracy >= kCLLocationAccuracyHundredMeters }, "no satellites are needed")
    }

    @Test func whatTheUserSwitchedOffIsNotMeasuredFor() async throws {
        let sharing = try sharing()
        await sharing.choose("off", for: "weather")
        let forNews = await live(sharing, until: start + 7_200)
        #expect(forNews.count == 3 || forNews.count == 2, "once an hour: \(forNews.count)")
        #expect(forNews.allSatisfy { $0.1.desiredAccuracy >= kCLLocationAccuracyHundredMeters })
        await sharing.choose("off", for: "news")
        let forNothing = await live(sharing, until: clock.wall + 7_200)
        #expect(forNothing.isEmpty)
    }

    @Test func whatCannotBeMeasuredIsSaidAndTriedAgainAndADenialEndsIt() async throws {
        let sharing = try sharing()
        var tries = 0
        let measured = await live(sharing, until: start + 3_600) { _ in
            tries += 1
            switch tries {
            case 1: throw LocationUnknown()
            case 2:
                #expect(sharing.shown.message == "iOS does not know now where the device is.")
                return try Measured(location(latitude: 95.123456))
            case 3:
                let message = sharing.shown.message ?? "95"
                #expect(!message.contains("95"), "a location that is none is said without its numbers")
                #expect(sharing.shown.here == nil)
                return try Measured(location(at: clock.wall))
            default:
                #expect(sharing.shown.message == nil, "what was said of it is true no more")
                throw LocationDenied.toThisApp
            }
        }
        #expect(measured.count == 4 && tries == 4)
        #expect(measured[1].0.timeIntervalSince(measured[0].0) >= 60, "not again at once")
        #expect(sharing.shown.here != nil)
        #expect(sharing.shown.message == LocationDenied.toThisApp.recoverySuggestion)
    }

    @Test func whatIOSHasAtHandWillDoIfItIsYoungAndAccurateEnough() async throws {
        let next = try #require(try await sharing().nextMeasurement(now: start))
        #expect(next.time <= start)
        let young = start + next.maximumAgeSeconds
        #expect(next.isAnswered(by: location(), now: young))
        #expect(!next.isAnswered(by: location(), now: young + 1))
        #expect(!next.isAnswered(by: location(), now: start - 1))
        #expect(next.isAnswered(by: location(accuracy: next.neededAccuracyM), now: start))
        #expect(!next.isAnswered(by: location(accuracy: next.neededAccuracyM + 1), now: start))
        #expect(!next.isAnswered(by: location(accuracy: -1), now: start))
    }

    /// To ask for approximate locations from the first is right where they suffice for all that is shared, and wrong elsewhere.
    @Test func theAppAsksForApproximateLocationsIfTheySuffice() async throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("App/Info.plist")
        let list = try PropertyListSerialization.propertyList(from: Data(contentsOf: url), format: nil) as? [String: Any]
        let info = try #require(list)
        let why = try #require(info["NSLocationWhenInUseUsageDescription"] as? String)
        #expect(why.hasSuffix("."), "the user reads a sentence")
        let next = try #require(try await sharing().nextMeasurement(now: start))
        let isEnough = next.desiredAccuracy >= kCLLocationAccuracyReduced
        #expect(info["NSLocationDefaultAccuracyReduced"] as? Bool == isEnough)
    }

    #if os(Linux)
    // What Apple's manager knows cannot be set.
    private func next() async throws -> NextMeasurement { try #require(try await sharing().nextMeasurement(now: start)) }

    /// Lets a task go on until the manager was asked so often.
    private func wait(for manager: CLLocationManager, toBeAsked times: Int) async {
        while manager.asked.count < times { await Task.yield() }
    }

    @Test func theUserIsAskedFirstAndThenTheDevice() async throws {
        let (manager, next) = (CLLocationManager(), try await next())
        let locator = Locator(manager)
        #expect(manager.delegate === locator)
        let task = Task { try await locator.locate(next) }
        await wait(for: manager, toBeAsked: 1)
        #expect(manager.desiredAccuracy == next.desiredAccuracy)
        locator.locationManagerDidChangeAuthorization(manager)
        #expect(manager.asked == [.authorization], "nothing is decided yet")
        manager.authorizationStatus = .authorizedWhenInUse
        locator.locationManagerDidChangeAuthorization(manager)
        #expect(manager.asked == [.authorization, .location])
        locator.locationManager(manager, didUpdateLocations: [location(at: start - 60), location()])
        #expect(try await task.value.fix.time == start)
        locator.locationManagerDidChangeAuthorization(manager)
        #expect(manager.asked.count == 2, "nobody waits")
    }

    @Test func whatIOSHasAtHandIsTakenWithoutAsking() async throws {
        let (manager, next) = (CLLocationManager(), try await next())
        manager.location = location(at: Date() - 1)
        _ = try await Locator(manager).locate(next)
        #expect(manager.asked.isEmpty)
    }

    @Test func whoeverDeniesItIsNamed() async throws {
        let next = try await next()
        let denials: [(CLAuthorizationStatus, Bool, LocationDenied)] = [
            (.denied, true, .toThisApp), (.denied, false, .toAllApps), (.restricted, true, .byRestriction),
        ]
        for (status, isOn, denied) in denials {
            let manager = CLLocationManager()
            (manager.authorizationStatus, CLLocationManager.isOn) = (status, isOn)
            let locator = Locator(manager)
            let task = Task { try await locator.locate(next) }
            await wait(for: manager, toBeAsked: 1)
            locator.locationManager(manager, didFailWithError: CLError(.denied))
            await #expect(throws: denied) { try await task.value }
        }
        CLLocationManager.isOn = true
    }

    /// As the app runs it, by the device's own clock.
    @Test func aDenialEndsTheApp() async throws {
        let (manager, sharing) = (CLLocationManager(), try sharing())
        manager.authorizationStatus = .denied
        let locator = Locator(manager)
        let task = Task { await sharing.run(locate: locator.locate) }
        await wait(for: manager, toBeAsked: 1)
        locator.locationManager(manager, didFailWithError: CLError(.denied))
        await task.value
        #expect(sharing.shown.message == LocationDenied.toThisApp.recoverySuggestion)
    }

    @Test func whatIOSDoesNotKnowAndWhatIsCancelledEndsTheWait() async throws {
        let (manager, next) = (CLLocationManager(), try await next())
        manager.authorizationStatus = .authorizedWhenInUse
        let locator = Locator(manager)
        let unknown = Task { try await locator.locate(next) }
        await wait(for: manager, toBeAsked: 1)
        locator.locationManager(manager, didFailWithError: CLError(.locationUnknown))
        await #expect(throws: LocationUnknown.self) { try await unknown.value }
        let cancelled = Task { try await locator.locate(next) }
        await wait(for: manager, toBeAsked: 2)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }
    #endif
}

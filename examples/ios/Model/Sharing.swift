import CoreLocation
import Foundation
public import Hereabouts

/// What the app shares of where it is: all of the example but its screens.
///
/// It keeps a raw position for the user's own plan alone, and until the next one; it writes none, sends none and prints none.
@MainActor
public final class Sharing {
    /// What the screens show; they are told by ``changed`` when it is another one.
    public private(set) var shown = Shown() { didSet { changed(shown) } }

    /// Called after each change.
    public var changed: (Shown) -> Void = { _ in }

    private let minimizer: Minimizer
    private let policy: Policy
    /// What was said of a location, until one comes that can be used.
    private var complaint: String?
    private let send: @Sendable (String, String) async -> Void

    /// The policy among the resources.
    public nonisolated static func policy() throws -> Policy {
        guard let url = Bundle.module.url(forResource: "policy", withExtension: "toml") else { throw CocoaError(.fileNoSuchFile) }
        return try Policy.read(url)
    }

    /// With a minimizer, and what sends a text to a destination.
    public init(_ minimizer: Minimizer, send: @escaping @Sendable (_ json: String, _ destination: String) async -> Void) throws {
        self.minimizer = minimizer
        self.send = send
        policy = try minimizer.policy()
    }

    /// The ceilings that the user may choose, by their names.
    public var ceilings: [String] { policy.ceilings }

    /// Shares each location that comes, until the updates end or the location is denied.
    ///
    /// It runs beside the main actor: of a location nothing but a ``Fix`` and a ``Here`` goes there. One that is none, as iOS
    /// gives where it does not know, is said and passed over.
    public nonisolated func follow<Locations: AsyncSequence>(_ locations: sending Locations) async
    where Locations.Element == CLLocation {
        do {
            for try await location in locations {
                let coordinate = location.coordinate
                do {
                    let fix = try Fix(location)
                    await share(fix, here: Here(latitudeDeg: coordinate.latitude, longitudeDeg: coordinate.longitude))
                } catch {
                    await complain(of: error)
                }
            }
        } catch {
            await fail(with: error)
        }
    }

    /// Shares the location of each update that has one: `CLLocationUpdate.liveUpdates()` is such a sequence.
    public nonisolated func follow<Updates: AsyncSequence>(_ updates: sending Updates) async
    where Updates.Element == CLLocationUpdate {
        await follow(
            updates.compactMap { update in
                if #available(iOS 18, macOS 15, *) {
                    if update.authorizationDenied { throw LocationDenied.toThisApp }
                    if update.authorizationDeniedGlobally { throw LocationDenied.toAllApps }
                    if update.authorizationRestricted { throw LocationDenied.byRestriction }
                }
                return update.location
            })
    }

    /// Asks for every purpose and destination at once, and sends what may be sent.
    private func share(_ fix: Fix, here: Here) async {
        if let said = complaint, shown.message == said { shown.message = nil }
        complaint = nil
        let requests = policy.purposes.flatMap { purpose in
            policy.destinations.map { Request(fix, for: purpose, to: $0) }
        }
        do {
            let outcomes = try await minimizer.releaseAll(requests)
            shown.here = here
            shown.fix = fix
            for (request, outcome) in zip(requests, outcomes) {
                shown.take(outcome, for: request.purpose, to: request.destination)
                if case .released(let release) = outcome { await send(release.json, request.destination) }
            }
            // Most fixes come between two ticks and change nothing of the account.
            if outcomes.contains(where: { $0.release != nil }) { try await readAccount() }
        } catch {
            fail(with: error)
        }
    }

    /// Reads what the screens show of the account anew.
    public func refresh() async { await doing { try await self.readAccount() } }

    /// Records what the user chose as the most that is told for a purpose; for so many seconds if they are given.
    public func choose(_ ceiling: String, for purpose: String, seconds: Int? = nil) async {
        await doing { try await self.minimizer.chooseCeiling(ceiling, for: purpose, seconds: seconds) }
    }

    /// Protects the place where the device is, under a name.
    public func protectHere(as name: String) async {
        guard let fix = shown.fix else { return say("Wait until the device knows where it is.") }
        await doing {
            if case .withheld(let withheld) = try await self.minimizer.protect(fix, name: name) { self.say(withheld.text) }
        }
    }

    /// Switches a zone off.
    public func remove(zone: String) async { await doing { try await self.minimizer.removeZone(zone) } }

    /// Makes the account forget where releases were. What was spent stays spent.
    public func forget() async { await doing { try await self.minimizer.erase() } }

    /// Works out what each destination knows by now. It attacks all that was ever sent, which takes longer the more that is: only
    /// for who looks at it.
    public func disclose() async {
        await doing {
            var disclosures = [Disclosure]()
            for destination in self.policy.destinations { disclosures.append(try await self.minimizer.disclosure(of: destination)) }
            self.shown.disclosures = disclosures
        }
    }

    private func doing(_ work: () async throws -> Void) async {
        shown.message = nil
        do {
            try await work()
            try await readAccount()
        } catch {
            fail(with: error)
        }
    }

    private func readAccount() async throws {
        var ceilings = [String: CeilingNow]()
        for purpose in policy.purposes { ceilings[purpose] = try await minimizer.ceiling(for: purpose) }
        let (receipts, remaining) = (try await allReceipts(), try await minimizer.remaining())
        shown.zones = try await minimizer.zones().zones
        shown.ceilings = ceilings
        shown.receipts = receipts.reversed()
        shown.remaining = remaining
    }

    /// The oldest first, page by page.
    private func allReceipts() async throws -> [Receipt] {
        var all = [Receipt]()
        while true {
            let page = try await minimizer.receipts(after: all.last?.sequence ?? 0)
            if page.isEmpty { return all }
            all += page
        }
    }

    private func complain(of error: any Error) {
        fail(with: error)
        complaint = shown.message
    }

    private func fail(with error: any Error) {
        switch error {
        case let error as HereaboutsError: say(error.recoverySuggestion ?? error.message)
        case let denied as LocationDenied: say(denied.recoverySuggestion ?? "The location is denied.")
        // Of what is not the library's nobody knows what its text tells.
        default: say("The location cannot be had.")
        }
    }

    private func say(_ message: String) { shown.message = message }
}

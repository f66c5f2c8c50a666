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

    /// Measures when a location makes a difference and shares it, until the task is cancelled or the location is denied.
    ///
    /// - Parameters:
    ///   - now: what time it is.
    ///   - pause: waits until a time or for a while, and says whether it is that time.
    ///   - locate: asks iOS for one location.
    public func run(
        now: @MainActor () -> Date = { Date() },
        pause: @MainActor (Date) async throws -> Bool = Sharing.aMinuteAtMost(until:),
        locate: @MainActor (NextMeasurement) async throws -> Measured
    ) async {
        while !Task.isCancelled {
            do {
                guard let next = try await nextMeasurement(now: now()) else {
                    _ = try await pause(.distantFuture)
                    continue
                }
                guard try await pause(next.time) else { continue }
                await share(try await locate(next))
            } catch let denied as LocationDenied {
                return fail(with: denied)
            } catch is CancellationError {
                return
            } catch {
                complain(of: error)
            }
            // Whatever came of it, to measure again at once would tell nothing new.
            guard (try? await pause(.distantFuture)) != nil else { return }
        }
    }

    /// What to measure next for all that is shared, and when; nil if nothing need be.
    func nextMeasurement(now: Date) async throws -> NextMeasurement? {
        var all = [Sensing]()
        for purpose in policy.purposes {
            for destination in policy.destinations { all.append(try await minimizer.sensing(for: purpose, to: destination)) }
        }
        return NextMeasurement(of: all, now: now)
    }

    /// Waits until a time, but no longer than a minute: what the user chooses meanwhile changes what is due.
    public static func aMinuteAtMost(until time: Date) async throws -> Bool {
        let seconds = time.timeIntervalSinceNow
        if seconds > 0 { try await Task.sleep(nanoseconds: UInt64(min(seconds, 60) * 1e9)) }
        return time.timeIntervalSinceNow <= 0
    }

    /// Asks for every purpose and destination at once, and sends what may be sent.
    public func share(_ measured: Measured) async {
        if let said = complaint, shown.message == said { shown.message = nil }
        complaint = nil
        let requests = policy.purposes.flatMap { purpose in
            policy.destinations.map { Request(measured.fix, for: purpose, to: $0) }
        }
        do {
            let outcomes = try await minimizer.releaseAll(requests)
            shown.here = measured.here
            shown.fix = measured.fix
            for (request, outcome) in zip(requests, outcomes) {
                shown.take(outcome, for: request.purpose, to: request.destination)
                if case .released(let release) = outcome { await send(release.json, request.destination) }
            }
            // Of a location between two ticks nothing of the account changes.
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
        case is LocationUnknown: say("iOS does not know now where the device is.")
        // Of what is not the library's nobody knows what its text tells.
        default: say("The location cannot be had.")
        }
    }

    private func say(_ message: String) { shown.message = message }
}

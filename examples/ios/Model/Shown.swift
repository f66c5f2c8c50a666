public import Hereabouts

/// Everything that the screens show.
public struct Shown: Sendable {
    /// Where the device is: for the user's own plan.
    public internal(set) var here: Here?
    /// What each destination holds for each purpose, in alphabetical order.
    public internal(set) var shared: [Shared] = []
    /// The ceiling that each purpose is under.
    public internal(set) var ceilings: [String: CeilingNow] = [:]
    /// The receipts, the latest first.
    public internal(set) var receipts: [Receipt] = []
    /// What the budget has left.
    public internal(set) var remaining: [Remaining] = []
    /// The places that are protected.
    public internal(set) var zones: [Zone] = []
    /// What each destination was ever sent, when it was last worked out.
    public internal(set) var disclosures: [Disclosure] = []
    /// What the user should know now.
    public internal(set) var message: String?
    /// For the wish to protect the place where the device is.
    var fix: Fix?

    /// Nothing, as long as nothing is known.
    public init() {}

    mutating func take(_ outcome: Outcome, for purpose: String, to destination: String) {
        let index = shared.firstIndex { $0.purpose == purpose && $0.destination == destination }
        var entry = index.map { shared[$0] } ?? Shared(purpose: purpose, destination: destination)
        entry.outcome = outcome
        // A silence takes nothing back: what was told last is still what the destination knows.
        entry.release = outcome.release ?? entry.release
        if let index { shared[index] = entry } else { shared.append(entry) }
        shared.sort { ($0.purpose, $0.destination) < ($1.purpose, $1.destination) }
    }
}

/// What one destination holds for one purpose.
public struct Shared: Sendable, Identifiable {
    /// What it is for.
    public let purpose: String
    /// Who holds it.
    public let destination: String
    /// What was told last; nil if nothing ever was.
    public internal(set) var release: Release?
    /// What came of the last wish.
    public internal(set) var outcome: Outcome?

    /// The two names.
    public var id: String { "\(purpose) \(destination)" }

    /// Why nothing goes out now; nil if something does.
    public var silence: String? {
        if case .withheld(let withheld) = outcome { withheld.text } else { nil }
    }
}

/// A raw position on its way to the user's own plan. It prints and mirrors nothing.
public struct Here: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Degrees north.
    public let latitudeDeg: Double
    /// Degrees east.
    public let longitudeDeg: Double

    /// Tells nothing.
    public var description: String { "Here(..)" }

    /// Tells nothing.
    public var debugDescription: String { description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

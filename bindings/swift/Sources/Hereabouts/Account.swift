import Foundation
internal import HereaboutsGenerated

/// One entry of the account: what was released, to whom, when, and what it cost. Never a raw position.
public struct Receipt: Sendable, Hashable {
    /// Its place in the ledger, counted from 1.
    public let sequence: UInt64
    /// The ledger's time of the charge.
    public let time: Date
    /// What the location was wanted for.
    public let purpose: String
    /// Where it went.
    public let destination: String
    /// The grid of the released cell, as "h3:6".
    public let grid: String
    /// Whose rule decided how coarse it is: "purpose", "destination", "ceiling", "sensitive" or "zone", among others; nil
    /// if an older version made it.
    public let rule: String?
    /// The released cell's name; nil once it is erased.
    public let cell: String?
    /// The start of the released time bucket.
    public let bucket: Date
    /// The length of that bucket in seconds.
    public let spanSeconds: Double
    /// What losses are counted in: "pure" (ε) or "zcdp" (ρ).
    public let accounting: String
    /// What was charged for the release itself.
    public let loss: PrivacyLoss
    /// What was charged for the stay that the release began.
    public let stayLoss: PrivacyLoss
    /// The ledger's time of the last tick on which a test asked whether it still holds; nil if none ever did.
    public let stayUntil: Date?

    init(_ core: HereaboutsGenerated.Receipt) {
        sequence = core.sequence
        time = Date(milliseconds: core.timeMs)
        purpose = core.purpose
        destination = core.destination
        grid = core.grid
        rule = core.rule
        cell = core.cell
        bucket = Date(milliseconds: core.bucketMs)
        spanSeconds = core.spanS
        accounting = core.accounting
        loss = PrivacyLoss(core.loss)
        stayLoss = PrivacyLoss(core.stayLoss)
        stayUntil = core.stayUntilMs.map(Date.init(milliseconds:))
    }
}

extension Receipt: Codable {
    private enum CodingKeys: String, CodingKey {
        case sequence, time, purpose, destination, grid, rule, cell, bucket, spanSeconds = "span_s", epsilon, rho, billionths, stay
    }

    private enum StayKeys: CodingKey { case until, epsilon, rho, billionths }

    /// Reads the receipt's JSON.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: CodingKeys.self)
        sequence = try table.decode(UInt64.self, forKey: .sequence)
        time = try table.time(forKey: .time)
        purpose = try table.decode(String.self, forKey: .purpose)
        destination = try table.decode(String.self, forKey: .destination)
        grid = try table.decode(String.self, forKey: .grid)
        rule = try table.decodeIfPresent(String.self, forKey: .rule)
        cell = try table.decodeIfPresent(String.self, forKey: .cell)
        bucket = try table.time(forKey: .bucket)
        spanSeconds = try table.decode(Double.self, forKey: .spanSeconds)
        accounting = table.contains(.rho) ? "zcdp" : "pure"
        loss = PrivacyLoss(billionths: try table.decode(UInt64.self, forKey: .billionths))
        if table.contains(.stay) {
            let stay = try table.nestedContainer(keyedBy: StayKeys.self, forKey: .stay)
            stayLoss = PrivacyLoss(billionths: try stay.decode(UInt64.self, forKey: .billionths))
            stayUntil = try stay.time(forKey: .until)
        } else {
            stayLoss = PrivacyLoss(billionths: 0)
            stayUntil = nil
        }
    }

    /// Writes the receipt's JSON, as Rust writes it in `receiptsJSON`.
    public func encode(to encoder: any Encoder) throws {
        var table = encoder.container(keyedBy: CodingKeys.self)
        try table.encode(sequence, forKey: .sequence)
        try table.encode(time: time, forKey: .time)
        try table.encode(purpose, forKey: .purpose)
        try table.encode(destination, forKey: .destination)
        try table.encode(grid, forKey: .grid)
        try table.encode(rule, forKey: .rule)
        try table.encode(cell, forKey: .cell)
        try table.encode(time: bucket, forKey: .bucket)
        try table.encode(spanSeconds, forKey: .spanSeconds)
        try table.encode(loss.value, forKey: accounting == "zcdp" ? .rho : .epsilon)
        try table.encode(loss.billionths, forKey: .billionths)
        guard let stayUntil else { return }
        var stay = table.nestedContainer(keyedBy: StayKeys.self, forKey: .stay)
        try stay.encode(time: stayUntil, forKey: .until)
        try stay.encode(stayLoss.value, forKey: accounting == "zcdp" ? .rho : .epsilon)
        try stay.encode(stayLoss.billionths, forKey: .billionths)
    }
}

extension Receipt: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Its number, what for and to whom; not where.
    public var description: String { "Receipt(sequence: \(sequence), purpose: \(purpose), destination: \(destination))" }

    /// Its number, what for and to whom; not where.
    public var debugDescription: String { description }

    /// Its number, what for and to whom; not where.
    public var customMirror: Mirror {
        Mirror(self, children: ["sequence": sequence, "purpose": purpose, "destination": destination])
    }
}

/// What is left in one window of the budget.
public struct Remaining: Sendable, Hashable {
    /// The purpose whose losses alone the window counts; nil if it counts all.
    public let purpose: String?
    /// The window's length in seconds.
    public let windowSeconds: Double
    /// What losses are counted in: "pure" (ε) or "zcdp" (ρ).
    public let accounting: String
    /// The most loss in the window.
    public let budget: PrivacyLoss
    /// The sum of the losses in the window: more than the budget if that was larger when they were charged.
    public let spent: PrivacyLoss
    /// What can still be spent now.
    public let remaining: PrivacyLoss
    /// When the oldest loss leaves the window; nil if there is none.
    public let frees: Date?

    init(_ core: HereaboutsGenerated.Remaining) {
        purpose = core.purpose
        windowSeconds = core.windowS
        accounting = core.accounting
        budget = PrivacyLoss(core.budget)
        spent = PrivacyLoss(core.spent)
        remaining = PrivacyLoss(core.remaining)
        frees = core.freesMs.map(Date.init(milliseconds:))
    }
}

extension Remaining: Codable {
    private enum CodingKeys: String, CodingKey {
        case accounting, purpose, windowSeconds = "window_s", budget, spent, remaining, frees
    }

    /// Reads the window's JSON.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: CodingKeys.self)
        func loss(_ key: CodingKeys) throws -> PrivacyLoss {
            let billionths = (try table.decode(Double.self, forKey: key) * 1e9).rounded()
            guard let exact = UInt64(exactly: billionths) else {
                throw DecodingError.dataCorruptedError(forKey: key, in: table, debugDescription: "it is no privacy loss")
            }
            return PrivacyLoss(billionths: exact)
        }
        accounting = try table.decode(String.self, forKey: .accounting)
        purpose = try table.decodeIfPresent(String.self, forKey: .purpose)
        windowSeconds = try table.decode(Double.self, forKey: .windowSeconds)
        (budget, spent, remaining) = (try loss(.budget), try loss(.spent), try loss(.remaining))
        frees = try table.timeIfPresent(forKey: .frees)
    }

    /// Writes the window's JSON, as the command line does.
    public func encode(to encoder: any Encoder) throws {
        var table = encoder.container(keyedBy: CodingKeys.self)
        try table.encode(accounting, forKey: .accounting)
        try table.encode(purpose, forKey: .purpose)
        try table.encode(windowSeconds, forKey: .windowSeconds)
        try table.encode(budget.value, forKey: .budget)
        try table.encode(spent.value, forKey: .spent)
        try table.encode(remaining.value, forKey: .remaining)
        try table.encode(timeOrNull: frees, forKey: .frees)
    }
}

/// The ceiling that a purpose is under: the most that is told for it.
public struct CeilingNow: Sendable, Hashable, Codable {
    /// Nothing is told: the name that every policy knows.
    public static let off = "off"
    /// As much is told as purpose and destination let pass: the name that every policy knows.
    public static let precise = "precise"

    /// The ceiling in force, by its name.
    public let ceiling: String
    /// Until when, if it was chosen for a time.
    public let until: Date?
    /// What is in force after that.
    public let then: String

    init(_ core: HereaboutsGenerated.CeilingNow) {
        ceiling = core.ceiling
        until = core.untilMs.map(Date.init(milliseconds:))
        then = core.then
    }

    private enum CodingKeys: CodingKey { case ceiling, until, then }

    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let table = try decoder.container(keyedBy: CodingKeys.self)
        ceiling = try table.decode(String.self, forKey: .ceiling)
        until = try table.timeIfPresent(forKey: .until)
        then = try table.decode(String.self, forKey: .then)
    }

    /// Writes the ceilings by their names, and the time as Rust writes times.
    public func encode(to encoder: any Encoder) throws {
        var table = encoder.container(keyedBy: CodingKeys.self)
        try table.encode(ceiling, forKey: .ceiling)
        try table.encode(timeOrNull: until, forKey: .until)
        try table.encode(then, forKey: .then)
    }
}

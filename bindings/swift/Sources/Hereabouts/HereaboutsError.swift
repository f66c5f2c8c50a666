import Foundation
internal import HereaboutsGenerated

/// Why there is no answer. Nothing was released, and no text tells anything of a place.
///
/// The ``message`` says what was wrong, where, and what would be right, in the words that Rust and Kotlin use too; the
/// ``kind-swift.property`` is for programs. That nothing may be sent is no error: see ``Outcome/withheld(_:)``.
public struct HereaboutsError: Error, Hashable, Sendable {
    /// What went wrong.
    public let kind: Kind

    /// What was wrong, where, and what would be right: a sentence without its end.
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The kinds of failure. Their names do not change within a major version; new ones may come.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A number is no position, or no measurement, or its time cannot be.
        case invalidFix
        /// The lists of a batch differ in length.
        case unevenBatch
        /// The policy cannot be read, or says what cannot be honoured.
        case invalidPolicy
        /// The policy asks for noise that the mechanism refuses.
        case mechanism
        /// The policy names no such purpose.
        case unknownPurpose
        /// The policy names no such destination.
        case unknownDestination
        /// The policy names no such ceiling.
        case unknownCeiling
        /// The policy lets no place be protected.
        case noZones
        /// What was given cannot name a zone.
        case zoneName
        /// Another zone has the name.
        case zoneNameTaken
        /// No zone that is on has the name.
        case unknownZone
        /// Another writer held the ledger for too long.
        case ledgerBusy
        /// The disk is full.
        case ledgerFull
        /// The ledger's file may not be read or written; or others may, who must not.
        case ledgerDenied
        /// The ledger holds what no ledger writes.
        case ledgerDamaged
        /// What is at the path is no ledger for this version and policy.
        case ledgerUnfit
        /// The ledger's anchor could not be read or written.
        case ledgerAnchor
        /// Any other failure of the ledger.
        case ledger
        /// The operating system gives no random numbers.
        case randomness
        /// The app's clock could not be read when the minimizer was made.
        case clock
        /// A release could not be sealed.
        case seal
        /// A text is no key.
        case invalidKey
        /// A message was not opened.
        case notOpened
        /// No disclosure report can be made.
        case disclosure
        /// No rehearsal can be held.
        case rehearsal
        /// This library repeats no noise.
        case noRepeatableNoise
        /// An earlier call failed half-way.
        case broken
        /// A fault of this library. Its text is not told, since it could name a place.
        case `internal`
        /// The minimizer was closed before.
        case closed
        /// The task was cancelled before the call began.
        case cancelled
    }
}

extension HereaboutsError: CustomStringConvertible {
    /// The ``message``.
    public var description: String { message }
}

extension HereaboutsError: LocalizedError {
    /// The ``message``: English, for developers and logs.
    public var errorDescription: String? { message }

    /// What an app, or whoever writes it, can do about it.
    public var recoverySuggestion: String? { kind.recovery }
}

extension HereaboutsError.Kind {
    var recovery: String {
        switch self {
        case .invalidFix: "Take another fix; this one is no position, or its time cannot be."
        case .unevenBatch: "Give one value of each number for every fix, NaN where nothing was measured."
        case .invalidPolicy, .mechanism: "Correct the policy; `hereabouts policy check` names the line."
        case .unknownPurpose: "Name a purpose of the policy, or add it there."
        case .unknownDestination: "Name a destination of the policy, or add it there."
        case .unknownCeiling: "Name \"off\", \"precise\" or a ceiling of the policy; what was chosen before stands."
        case .noZones: "Add a table [zones] to the policy, or do not offer to protect places."
        case .zoneName, .zoneNameTaken: "Ask for another name."
        case .unknownZone: "Look up the zones again: it was removed or renamed."
        case .ledgerBusy: "Try again."
        case .ledgerFull: "Try again once there is room on the device."
        case .ledgerDenied: "Try again once the device was unlocked; else keep the ledger where this app alone may write."
        case .ledgerDamaged: "Rescue the ledger with `hereabouts ledger rescue`, or move it away: then its anchor counts every budget as spent."
        case .ledgerUnfit: "Name another file, or update the app that wrote this one."
        case .ledgerAnchor: "Try again once the device was unlocked: nothing is released without the anchor."
        case .ledger: "Try again; if it fails again, report it."
        case .randomness: "Try again: the operating system gives no random numbers, and nothing is released without."
        case .clock: "Give a clock that shows a time between the years 1970 and 9999."
        case .seal: "Check the destination's key, and try again."
        case .invalidKey: "Copy the key again, whole."
        case .notOpened: "Try the other keys and the other versions of the policy that were shipped."
        case .disclosure: "Open the ledger under a policy that counts losses as it was written."
        case .rehearsal: "Give a journey with fixes, and at least one day and one run; on iOS rehearse in the simulator."
        case .noRepeatableNoise: "Use the library of the testing package in tests, and random noise everywhere else."
        case .broken: "Make a new minimizer on the same ledger."
        case .internal: "Report it, with this text, which says where it was; then make a new minimizer on the same ledger."
        case .closed: "Make a new minimizer on the same ledger."
        case .cancelled: "Ask again, if the answer is still wanted."
        }
    }
}

extension HereaboutsError {
    /// The text of Rust for a fault of its own: also of one that has no other text that may be told.
    static let fault = "an internal error: nothing was released: please report it"

    static let closed = Self(.closed, "this minimizer is closed: make a new one")
    static let cancelled = Self(.cancelled, "the task was cancelled before the call began: nothing was charged or released")

    /// What the generated code threw. Of what is not known, no word is told.
    init(telling error: any Error) {
        if let told = error as? HereaboutsError {
            self = told
            return
        }
        guard let generated = error as? HereaboutsGenerated.HereaboutsError else {
            self.init(.internal, Self.fault)
            return
        }
        switch generated {
        case .InvalidFix(let message): self.init(.invalidFix, message)
        case .UnevenBatch(let message): self.init(.unevenBatch, message)
        case .InvalidPolicy(let message): self.init(.invalidPolicy, message)
        case .Mechanism(let message): self.init(.mechanism, message)
        case .UnknownPurpose(let message): self.init(.unknownPurpose, message)
        case .UnknownDestination(let message): self.init(.unknownDestination, message)
        case .UnknownCeiling(let message): self.init(.unknownCeiling, message)
        case .NoZones(let message): self.init(.noZones, message)
        case .ZoneName(let message): self.init(.zoneName, message)
        case .ZoneNameTaken(let message): self.init(.zoneNameTaken, message)
        case .UnknownZone(let message): self.init(.unknownZone, message)
        case .LedgerBusy(let message): self.init(.ledgerBusy, message)
        case .LedgerFull(let message): self.init(.ledgerFull, message)
        case .LedgerDenied(let message): self.init(.ledgerDenied, message)
        case .LedgerDamaged(let message): self.init(.ledgerDamaged, message)
        case .LedgerUnfit(let message): self.init(.ledgerUnfit, message)
        case .LedgerAnchor(let message): self.init(.ledgerAnchor, message)
        case .Ledger(let message): self.init(.ledger, message)
        case .Randomness(let message): self.init(.randomness, message)
        case .Clock(let message): self.init(.clock, message)
        case .Seal(let message): self.init(.seal, message)
        case .InvalidKey(let message): self.init(.invalidKey, message)
        case .NotOpened(let message): self.init(.notOpened, message)
        case .Disclosure(let message): self.init(.disclosure, message)
        case .Rehearsal(let message): self.init(.rehearsal, message)
        case .NoRepeatableNoise(let message): self.init(.noRepeatableNoise, message)
        case .Broken(let message): self.init(.broken, message)
        case .Internal(let message): self.init(.internal, message)
        }
    }
}

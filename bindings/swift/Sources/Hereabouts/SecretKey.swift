import Foundation
internal import HereaboutsGenerated

/// The key that opens sealed messages, for services and for tests. It belongs on a machine of the one whom the policy names in
/// `keys`, and never on a device that seals.
///
/// Nothing prints it, and it is wiped from Rust's memory with the last copy.
public struct SecretKey: Sendable {
    private let core: HereaboutsGenerated.SecretKey

    private init(core: HereaboutsGenerated.SecretKey) { self.core = core }

    /// A new key, from the operating system's random numbers.
    public static func generate() throws(HereaboutsError) -> SecretKey {
        let core = try crossing { try HereaboutsGenerated.SecretKey.generate() }
        return SecretKey(core: core)
    }

    /// A key from its text.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidKey`` if it is none. The text is not in the message.
    public init(text: String) throws(HereaboutsError) {
        core = try crossing { try HereaboutsGenerated.SecretKey.fromText(text: text) }
    }

    /// The public key, to be named in a policy's `seal_to`.
    public var publicKey: String { core.publicKey() }

    /// The text that ``init(text:)`` reads: to be written where nobody else reads.
    public func toText() -> String { core.toText() }

    /// The release in a sealed message, as one line of JSON: of a purpose to a destination, under the policy with this
    /// fingerprint. Whoever knows the public key can seal: what comes out is as trustworthy as the way that it came by.
    ///
    /// - Throws: ``HereaboutsError/Kind/notOpened`` if the message is sealed to another key or for anything else, or was
    ///   changed.
    public func open(
        _ message: String, for purpose: String, to destination: String, fingerprint: String
    ) throws(HereaboutsError) -> String {
        try crossing {
            try core.open(message: message, purpose: purpose, destination: destination, fingerprint: fingerprint)
        }
    }
}

extension SecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Tells nothing.
    public var description: String { "SecretKey(..)" }

    /// Tells nothing.
    public var debugDescription: String { description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

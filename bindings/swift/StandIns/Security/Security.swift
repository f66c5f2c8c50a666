// What the facade uses of Apple's Security, in its names and types, so that it is compiled and tested where that is not: a
// Keychain of this process. No product holds it: the manifest knows it with HEREABOUTS_STAND_INS=1 alone.
//
// Strings stand for Core Foundation's, and NSDictionary for its dictionaries: they are bridged on Apple's platforms.

import Foundation

public typealias OSStatus = Int32
public typealias CFString = String
public typealias CFTypeRef = AnyObject
public typealias CFDictionary = NSDictionary

public let errSecSuccess: OSStatus = 0
public let errSecParam: OSStatus = -50
public let errSecDuplicateItem: OSStatus = -25_299
public let errSecItemNotFound: OSStatus = -25_300
public let errSecInteractionNotAllowed: OSStatus = -25_308

public let kSecClass: CFString = "class"
public let kSecClassGenericPassword: CFString = "genp"
public let kSecAttrService: CFString = "svce"
public let kSecAttrAccount: CFString = "acct"
public let kSecAttrAccessGroup: CFString = "agrp"
public let kSecAttrSynchronizable: CFString = "sync"
public let kSecAttrAccessible: CFString = "pdmn"
public let kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly: CFString = "cku"
public let kSecUseDataProtectionKeychain: CFString = "nleg"
public let kSecValueData: CFString = "v_Data"
public let kSecReturnData: CFString = "r_Data"
public let kSecMatchLimit: CFString = "m_Limit"
public let kSecMatchLimitOne: CFString = "m_LimitOne"

/// What the tests set and look at.
public final class StandInKeychain: @unchecked Sendable {
    public typealias Attributes = [String: AnyHashable]

    public static let shared = StandInKeychain()

    private let lock = NSLock()
    private var items: [Attributes: Attributes] = [:]
    private var isLocked = false
    private var isOvertaken = false

    /// Empties it and unlocks it.
    public func reset() { lock.withLock { (items, isLocked, isOvertaken) = ([:], false, false) } }

    /// Whether it is as it is before the first unlock: what needs that unlock is out of reach.
    public func setLocked(_ isLocked: Bool) { lock.withLock { self.isLocked = isLocked } }

    /// The next update finds nothing, though an item is there a moment later: another process adds it in between.
    public func beOvertaken() { lock.withLock { isOvertaken = true } }

    /// Every item with all of its attributes.
    public var everything: [Attributes] { lock.withLock { items.map { $0.key.merging($0.value) { $1 } } } }

    /// Writes over the value of every item.
    public func spoil(_ value: Data) { lock.withLock { items = items.mapValues { $0.merging([kSecValueData: value]) { $1 } } } }

    fileprivate func copy(_ query: Attributes, _ result: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
        lock.withLock {
            guard query[kSecReturnData] as? Bool == true, query[kSecMatchLimit] as? String == kSecMatchLimitOne else { return errSecParam }
            guard let item = items[primary(query)] else { return errSecItemNotFound }
            if isLocked { return errSecInteractionNotAllowed }
            result?.pointee = (item[kSecValueData] as? Data).map { NSData(data: $0) }
            return errSecSuccess
        }
    }

    fileprivate func update(_ query: Attributes, _ values: Attributes) -> OSStatus {
        lock.withLock {
            guard !isOvertaken, let item = items[primary(query)] else { return errSecItemNotFound }
            if isLocked { return errSecInteractionNotAllowed }
            items[primary(query)] = item.merging(values) { $1 }
            return errSecSuccess
        }
    }

    fileprivate func add(_ attributes: Attributes) -> OSStatus {
        lock.withLock {
            if isLocked { return errSecInteractionNotAllowed }
            if isOvertaken {
                isOvertaken = false
                items[primary(attributes)] = [kSecValueData: Data("another's".utf8)]
            }
            guard items[primary(attributes)] == nil else { return errSecDuplicateItem }
            items[primary(attributes)] = attributes
            return errSecSuccess
        }
    }

    /// What tells a generic password from the others.
    private func primary(_ all: Attributes) -> Attributes {
        let names: Set = [kSecClass, kSecAttrService, kSecAttrAccount, kSecAttrAccessGroup, kSecAttrSynchronizable]
        return all.filter { names.contains($0.key) }
    }
}

private func attributes(_ dictionary: CFDictionary) -> StandInKeychain.Attributes {
    var attributes: StandInKeychain.Attributes = [:]
    for (name, value) in dictionary {
        if let name = name as? String, let value = value as? AnyHashable { attributes[name] = value }
    }
    return attributes
}

public func SecItemCopyMatching(_ query: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
    StandInKeychain.shared.copy(attributes(query), result)
}

public func SecItemAdd(_ item: CFDictionary, _: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
    StandInKeychain.shared.add(attributes(item))
}

public func SecItemUpdate(_ query: CFDictionary, _ attributesToUpdate: CFDictionary) -> OSStatus {
    StandInKeychain.shared.update(attributes(query), attributes(attributesToUpdate))
}

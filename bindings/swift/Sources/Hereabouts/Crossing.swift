// Where Swift and Rust meet: the generated code is called through here alone, so that nothing that it throws gets out as it is.

import Foundation
package import HereaboutsGenerated

package typealias CoreMinimizer = HereaboutsGenerated.Minimizer
package typealias CorePolicy = HereaboutsGenerated.Policy
package typealias CoreFix = HereaboutsGenerated.Fix
package typealias CoreBatch = HereaboutsGenerated.FixBatch
package typealias CoreRehearsal = HereaboutsGenerated.Rehearsal
package typealias CoreRehearsalOptions = HereaboutsGenerated.RehearsalOptions
package typealias CoreBrokenPromise = HereaboutsGenerated.BrokenPromise

/// The fields of a release that keeps nothing beside place and time.
package func corePlaceAndTime() -> [String] { placeAndTime() }

/// Runs what calls Rust. What it throws is a ``HereaboutsError`` afterwards, and nothing else.
package func crossing<Answer>(_ work: () throws -> Answer) throws(HereaboutsError) -> Answer {
    do {
        return try work()
    } catch {
        throw HereaboutsError(telling: error)
    }
}

/// A number that counts: what is below zero is as wrong as zero is, and the policy says so.
func whole(_ number: Int) -> UInt64 { UInt64(max(number, 0)) }

/// What is below zero or above 255 is as wrong as 255 is everywhere that a small number is asked for, and the policy says so.
func small(_ number: Int) -> UInt8 { UInt8(exactly: number) ?? 255 }

extension Date {
    /// The moment so many milliseconds after 1970 began.
    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1_000) }

    /// Milliseconds since 1970, rounded down. What no such number can hold is the last that can be, which is no time of a fix.
    var milliseconds: Int64 {
        let milliseconds = (timeIntervalSince1970 * 1_000 + 0.000_5).rounded(.down)
        return Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max)
    }
}

/// A value that is changed under a lock.
package final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    package init(_ value: Value) { self.value = value }

    package func with<Answer>(_ work: (inout Value) -> Answer) -> Answer {
        lock.lock()
        defer { lock.unlock() }
        return work(&value)
    }
}

import Foundation
internal import HereaboutsGenerated

/// A raw position: the secret that everything in this library protects.
///
/// It is made of what the operating system measured and handed to a ``Minimizer``. Nothing reads it back; nothing prints,
/// debug-prints, dumps or encodes it. In whose datum the degrees are, the function that makes it says.
public struct Fix: Sendable {
    package let core: CoreFix

    /// Whether software made it, and no sensor, where the operating system says so. Simulated or not, a fix is minimized
    /// alike: whoever simulates it may have reasons. What to do about it is for the app to say.
    public let isSimulated: Bool

    private init(core: CoreFix, isSimulated: Bool) {
        self.core = core
        self.isSimulated = isSimulated
    }

    /// When it was measured.
    public var time: Date { Date(milliseconds: core.timeMs()) }

    /// A fix in WGS 84, which is what iOS gives: degrees north and east, the time at which it was measured, the 68 %
    /// horizontal accuracy in metres, and what else was measured: altitude in metres, speed in metres a second, course in
    /// degrees clockwise from true north. What was not measured is nil.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidFix`` if a number is not finite or out of range, or if the time lies before
    ///   1970 or more than a day ahead of this device's clock. No text holds the value.
    public static func wgs84(
        latitudeDeg: Double,
        longitudeDeg: Double,
        time: Date,
        horizontalAccuracyM: Double? = nil,
        altitudeM: Double? = nil,
        speedMS: Double? = nil,
        courseDeg: Double? = nil
    ) throws(HereaboutsError) -> Fix {
        try wgs84(
            latitudeDeg: latitudeDeg, longitudeDeg: longitudeDeg, time: time, horizontalAccuracyM: horizontalAccuracyM,
            altitudeM: altitudeM, speedMS: speedMS, courseDeg: courseDeg, isSimulated: false
        )
    }

    /// A fix in GCJ-02, as Chinese maps and the SDKs of Amap and Tencent give it in mainland China; otherwise as
    /// ``wgs84(latitudeDeg:longitudeDeg:time:horizontalAccuracyM:altitudeM:speedMS:courseDeg:)``, to which it is converted at
    /// once.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidFix`` as there, and at the border of the area where GCJ-02 is applied.
    public static func gcj02(
        latitudeDeg: Double,
        longitudeDeg: Double,
        time: Date,
        horizontalAccuracyM: Double? = nil,
        altitudeM: Double? = nil,
        speedMS: Double? = nil,
        courseDeg: Double? = nil
    ) throws(HereaboutsError) -> Fix {
        try made(altitudeM, speedMS, courseDeg) {
            try CoreFix.gcj02(
                latitudeDeg: latitudeDeg, longitudeDeg: longitudeDeg, timeMs: time.milliseconds,
                horizontalAccuracyM: horizontalAccuracyM)
        }
    }

    /// A fix in BD-09 degrees, as Baidu's maps and SDKs give it in mainland China; otherwise as
    /// ``gcj02(latitudeDeg:longitudeDeg:time:horizontalAccuracyM:altitudeM:speedMS:courseDeg:)``.
    ///
    /// - Throws: ``HereaboutsError/Kind/invalidFix`` as there, and beyond the area where GCJ-02 is applied.
    public static func bd09(
        latitudeDeg: Double,
        longitudeDeg: Double,
        time: Date,
        horizontalAccuracyM: Double? = nil,
        altitudeM: Double? = nil,
        speedMS: Double? = nil,
        courseDeg: Double? = nil
    ) throws(HereaboutsError) -> Fix {
        try made(altitudeM, speedMS, courseDeg) {
            try CoreFix.bd09(
                latitudeDeg: latitudeDeg, longitudeDeg: longitudeDeg, timeMs: time.milliseconds,
                horizontalAccuracyM: horizontalAccuracyM)
        }
    }

    static func wgs84(
        latitudeDeg: Double,
        longitudeDeg: Double,
        time: Date,
        horizontalAccuracyM: Double?,
        altitudeM: Double?,
        speedMS: Double?,
        courseDeg: Double?,
        isSimulated: Bool
    ) throws(HereaboutsError) -> Fix {
        try made(altitudeM, speedMS, courseDeg, isSimulated: isSimulated) {
            try CoreFix.wgs84(
                latitudeDeg: latitudeDeg, longitudeDeg: longitudeDeg, timeMs: time.milliseconds,
                horizontalAccuracyM: horizontalAccuracyM)
        }
    }

    private static func made(
        _ altitudeM: Double?, _ speedMS: Double?, _ courseDeg: Double?, isSimulated: Bool = false, _ make: () throws -> CoreFix
    ) throws(HereaboutsError) -> Fix {
        let core = try crossing {
            let bare = try make()
            if altitudeM == nil && speedMS == nil && courseDeg == nil { return bare }
            return try bare.withMeasurements(altitudeM: altitudeM, speedMS: speedMS, courseDeg: courseDeg)
        }
        return Fix(core: core, isSimulated: isSimulated)
    }
}

extension Fix: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Tells nothing.
    public var description: String { "Fix(..)" }

    /// Tells nothing.
    public var debugDescription: String { description }

    /// Shows nothing: neither `dump` nor a debugger's view that asks for it.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Many fixes at once, as secret as each of them: for what was collected while the app slept, and for replays. To hand over a
/// thousand so costs little more than to hand over one.
public struct FixBatch: Sendable {
    package let core: CoreBatch

    /// How many fixes there are.
    public var count: Int { Int(core.size()) }

    /// These fixes, in their order.
    public init(_ fixes: [Fix]) {
        core = CoreBatch.of(fixes: fixes.map(\.core))
    }

    private init(core: CoreBatch) { self.core = core }

    /// Fixes in WGS 84, one array for each of their numbers, all of one length; an accuracy that is NaN was not measured.
    ///
    /// - Throws: ``HereaboutsError/Kind/unevenBatch`` if the arrays differ in length, ``HereaboutsError/Kind/invalidFix`` if
    ///   one of the fixes cannot be: then there is no batch.
    public static func wgs84(
        latitudesDeg: [Double], longitudesDeg: [Double], times: [Date], horizontalAccuraciesM: [Double]
    ) throws(HereaboutsError) -> FixBatch {
        let core = try crossing {
            try CoreBatch.wgs84(
                latitudesDeg: latitudesDeg, longitudesDeg: longitudesDeg, timesMs: times.map(\.milliseconds),
                horizontalAccuraciesM: horizontalAccuraciesM)
        }
        return FixBatch(core: core)
    }
}

extension FixBatch: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Tells nothing.
    public var description: String { "FixBatch(..)" }

    /// Tells nothing.
    public var debugDescription: String { description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

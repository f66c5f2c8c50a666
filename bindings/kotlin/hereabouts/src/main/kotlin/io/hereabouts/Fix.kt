package io.hereabouts

import io.hereabouts.ffi.Fix as CoreFix

/**
 * A raw position: the secret that everything in this library protects.
 *
 * It is made of what the operating system measured and handed to a [Minimizer]. Nothing reads it back, nothing prints it, and
 * it cannot be serialized. In whose datum the degrees are, the function that makes it says.
 *
 * A fix that is not closed is freed when it is collected; whoever makes thousands closes them.
 */
public class Fix internal constructor(core: CoreFix) : AutoCloseable {
    internal val handle: Handle<CoreFix> = Handle(core, "Fix")

    /** When it was measured, in milliseconds since 1970. */
    public val timeMillis: Long get() = handle.use { it.timeMs() }

    /** Frees the fix. Closing it again does nothing; using it afterwards is an [IllegalStateException]. */
    override fun close(): Unit = handle.close()

    /** Tells nothing. */
    override fun toString(): String = "Fix(..)"

    /** How fixes are made. */
    public companion object {
        /**
         * A fix in WGS 84, which is what Android gives: degrees north and east, the time at which it was measured in
         * milliseconds since 1970, the 68 % horizontal accuracy in metres, and what else was measured: altitude in metres,
         * speed in metres a second, course in degrees clockwise from true north. What was not measured is null.
         *
         * @throws InvalidFixException if a number is not finite or out of range, or if the time lies before 1970 or more than
         *   a day ahead of this device's clock. No message holds the value.
         */
        @JvmStatic
        @JvmOverloads
        @Throws(HereaboutsException::class)
        public fun wgs84(
            latitudeDeg: Double,
            longitudeDeg: Double,
            timeMillis: Long,
            horizontalAccuracyM: Double? = null,
            altitudeM: Double? = null,
            speedMS: Double? = null,
            courseDeg: Double? = null,
        ): Fix = made(altitudeM, speedMS, courseDeg) { CoreFix.wgs84(latitudeDeg, longitudeDeg, timeMillis, horizontalAccuracyM) }

        /**
         * A fix in GCJ-02, as Chinese maps and the SDKs of Amap and Tencent give it in mainland China; otherwise as [wgs84],
         * to which it is converted at once.
         *
         * @throws InvalidFixException as [wgs84], and at the border of the area where GCJ-02 is applied.
         */
        @JvmStatic
        @JvmOverloads
        @Throws(HereaboutsException::class)
        public fun gcj02(
            latitudeDeg: Double,
            longitudeDeg: Double,
            timeMillis: Long,
            horizontalAccuracyM: Double? = null,
            altitudeM: Double? = null,
            speedMS: Double? = null,
            courseDeg: Double? = null,
        ): Fix = made(altitudeM, speedMS, courseDeg) { CoreFix.gcj02(latitudeDeg, longitudeDeg, timeMillis, horizontalAccuracyM) }

        /**
         * A fix in BD-09 degrees, as Baidu's maps and SDKs give it in mainland China; otherwise as [gcj02].
         *
         * @throws InvalidFixException as [wgs84], at the border of the area where GCJ-02 is applied, and beyond it.
         */
        @JvmStatic
        @JvmOverloads
        @Throws(HereaboutsException::class)
        public fun bd09(
            latitudeDeg: Double,
            longitudeDeg: Double,
            timeMillis: Long,
            horizontalAccuracyM: Double? = null,
            altitudeM: Double? = null,
            speedMS: Double? = null,
            courseDeg: Double? = null,
        ): Fix = made(altitudeM, speedMS, courseDeg) { CoreFix.bd09(latitudeDeg, longitudeDeg, timeMillis, horizontalAccuracyM) }

        private fun made(altitudeM: Double?, speedMS: Double?, courseDeg: Double?, make: () -> CoreFix): Fix = crossing {
            val core = make()
            if (altitudeM == null && speedMS == null && courseDeg == null) {
                Fix(core)
            } else {
                core.use { Fix(it.withMeasurements(altitudeM, speedMS, courseDeg)) }
            }
        }
    }
}

package io.hereabouts

import io.hereabouts.ffi.ClockException
import io.hereabouts.ffi.Clock as CoreClock
import io.hereabouts.ffi.ClockReading as CoreReading

/**
 * What time it is: for tests, and for apps that know the device's clocks better than a library can. Without one the operating
 * system's clocks are read.
 */
public fun interface Clock {
    /**
     * What the device's clocks show now. It is asked within calls of the [Minimizer], and must not call one. While it throws,
     * time stands still: nothing new is due, and no budget comes back.
     */
    @Throws(Exception::class)
    public fun reading(): ClockReading
}

/**
 * What a device's clocks show at one moment.
 *
 * @property wallMillis the wall clock, which anyone may set, in milliseconds since 1970.
 * @property elapsedMillis milliseconds since the device was started, sleep included: `SystemClock.elapsedRealtime()`.
 * @property boot which start of the device that is: `Settings.Global.BOOT_COUNT`. Without it [elapsedMillis] says nothing.
 */
public class ClockReading @JvmOverloads constructor(
    public val wallMillis: Long,
    public val elapsedMillis: Long? = null,
    public val boot: Long? = null,
) {
    /** What they show. */
    override fun toString(): String = "ClockReading(wallMillis=$wallMillis, elapsedMillis=$elapsedMillis, boot=$boot)"
}

internal class CrossingClock(private val clock: Clock) : CoreClock {
    override fun reading(): CoreReading = calledBack(ClockException::Unavailable) {
        val reading = clock.reading()
        CoreReading(reading.wallMillis, reading.elapsedMillis?.takeIf { it >= 0 }?.toULong(), reading.boot?.toULong())
    }
}

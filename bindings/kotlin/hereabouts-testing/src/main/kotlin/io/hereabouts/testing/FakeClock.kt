package io.hereabouts.testing

import io.hereabouts.Clock
import io.hereabouts.ClockReading
import java.util.concurrent.atomic.AtomicLong

/**
 * A clock that stands until a test moves it.
 *
 * @param startMillis what it shows first, in milliseconds since 1970.
 */
public class FakeClock(startMillis: Long) : Clock {
    private val wall = AtomicLong(startMillis)

    /** What it shows, in milliseconds since 1970. */
    public var wallMillis: Long
        get() = wall.get()
        set(value) = wall.set(value)

    /** Moves it forward, or back if the number is negative. */
    public fun advanceMillis(millis: Long) {
        wall.addAndGet(millis)
    }

    /** What the clocks show: what was set. */
    override fun reading(): ClockReading = ClockReading(wallMillis)

    /** What it shows. */
    override fun toString(): String = "FakeClock($wallMillis)"
}

@file:JvmName("Locations")

package io.hereabouts.android

import android.location.Location
import android.os.SystemClock
import io.hereabouts.Fix
import io.hereabouts.HereaboutsException
import io.hereabouts.InvalidFixException
import io.hereabouts.Minimizer
import io.hereabouts.Outcome
import io.hereabouts.minimized
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map

/**
 * This location as a fix: what it does not have is null, and none of it leaves unless the policy keeps it.
 *
 * When it was measured follows from [Location.getElapsedRealtimeNanos], by the clock that nobody can set: providers fill in
 * [Location.getTime] by clocks of their own, and an app that mocks a location by any.
 *
 * @throws InvalidFixException if it is no place, such as NaN. No message holds a number of it.
 */
@Throws(HereaboutsException::class)
public fun Location.toFix(): Fix = Fix.wgs84(
    latitude, longitude, measuredMillis(),
    horizontalAccuracyM = if (hasAccuracy()) accuracy.toDouble() else null,
    altitudeM = if (hasAltitude()) altitude else null,
    speedMS = if (hasSpeed()) speed.toDouble() else null,
    courseDeg = if (hasBearing()) bearing.toDouble() else null,
)

/**
 * Whether it was made by a test or by an app that pretends to be elsewhere. Mocked or not, a location is minimized alike:
 * whoever mocks it may have reasons. What to do about it is for the app to say.
 */
public val Location.isMocked: Boolean
    get() = if (android.os.Build.VERSION.SDK_INT >= android.os.Build.VERSION_CODES.S) {
        isMock
    } else {
        @Suppress("DEPRECATION")
        isFromMockProvider
    }

private fun Location.measuredMillis(): Long {
    // A location that was made by hand may have no time since the start.
    if (elapsedRealtimeNanos == 0L) return time
    val ageNanos = SystemClock.elapsedRealtimeNanos() - elapsedRealtimeNanos
    return System.currentTimeMillis() - ageNanos / 1_000_000
}

/**
 * What comes of each location, for a purpose to a destination.
 *
 * The flow is cold, and has no buffer of its own: a location is taken when the one before it was decided. Whoever wants the
 * newest alone puts `conflate()` before it; cancellation passes as through any `map`. The ledger is read and written on
 * [dispatcher], whatever the collector's context: on the minimizer's own, if it is null.
 *
 * What fails ends the flow: an [InvalidFixException] if a location is none, such as NaN, and the exceptions of
 * [Minimizer.release]. Whoever shares for days skips the one and goes on after the other: `docs/kotlin.md` shows how.
 */
@JvmName("minimizedLocations")
public fun Flow<Location>.minimized(
    minimizer: Minimizer,
    purpose: String,
    destination: String,
    dispatcher: CoroutineDispatcher? = null,
): Flow<Outcome> = map { it.toFix() }.minimized(minimizer, purpose, destination, dispatcher)

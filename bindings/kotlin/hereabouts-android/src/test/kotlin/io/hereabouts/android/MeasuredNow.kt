package io.hereabouts.android

import android.location.Location
import android.location.LocationManager
import android.os.SystemClock

/** A location as the GPS tells it now: place and times, and nothing else but what is added. */
internal fun location(change: Location.() -> Unit = {}): Location = Location(LocationManager.GPS_PROVIDER).apply {
    latitude = 52.0907
    longitude = 5.1214
    time = System.currentTimeMillis()
    elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
    change()
}

package io.hereabouts.android

import android.content.Context
import android.os.SystemClock
import android.provider.Settings
import io.hereabouts.Clock
import io.hereabouts.ClockReading

/**
 * The device's clocks, with the time since it was started: an app may not read the kernel's own number of the start, but
 * Android counts the starts. With it no step of the wall clock refills a budget.
 */
public class DeviceClock(context: Context) : Clock {
    /** It stays the same for as long as the process can run. */
    private val boot: Long? =
        Settings.Global.getInt(context.applicationContext.contentResolver, Settings.Global.BOOT_COUNT, -1).toLong().takeIf { it >= 0 }

    /** What the device's clocks show now. Any thread may ask. */
    override fun reading(): ClockReading = ClockReading(System.currentTimeMillis(), SystemClock.elapsedRealtime(), boot)
}

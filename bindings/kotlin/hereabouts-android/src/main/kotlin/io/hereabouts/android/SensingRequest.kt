@file:JvmName("SensingRequests")

package io.hereabouts.android

import android.location.LocationRequest
import android.os.Build
import androidx.annotation.RequiresApi
import io.hereabouts.Sensing

/**
 * What to ask of the `LocationManager`: no more accurate and no more often than a release can tell.
 *
 * The interval is the time for which a release stands. When a fix next makes a difference, [Sensing.nextMillis] says: until
 * then ask for none.
 */
@RequiresApi(Build.VERSION_CODES.S)
public fun Sensing.toLocationRequest(): LocationRequest = LocationRequest.Builder(maximumAgeMillis)
    .setQuality(quality)
    .setMinUpdateIntervalMillis(maximumAgeMillis)
    .build()

/** The constant of [LocationRequest] for the accuracy that suffices. */
@get:RequiresApi(Build.VERSION_CODES.S)
public val Sensing.quality: Int
    get() = when (accuracy) {
        Sensing.Accuracy.BEST, Sensing.Accuracy.TEN_METRES -> LocationRequest.QUALITY_HIGH_ACCURACY
        Sensing.Accuracy.HUNDRED_METRES, Sensing.Accuracy.KILOMETRE, Sensing.Accuracy.THREE_KILOMETRES ->
            LocationRequest.QUALITY_BALANCED_POWER_ACCURACY
        Sensing.Accuracy.APPROXIMATE -> LocationRequest.QUALITY_LOW_POWER
    }

/** Whether `ACCESS_COARSE_LOCATION` alone suffices: an app that asks for no more can be given no more. */
public val Sensing.isCoarsePermissionEnough: Boolean
    get() = accuracy == Sensing.Accuracy.THREE_KILOMETRES || accuracy == Sensing.Accuracy.APPROXIMATE

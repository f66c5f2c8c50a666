@file:JvmName("LocationUpdates")

package io.hereabouts.android

import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.location.LocationRequest
import android.os.Build
import androidx.annotation.RequiresApi
import androidx.annotation.RequiresPermission
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import java.util.concurrent.Executor

/**
 * The locations of a provider, while the flow is collected: cold, and conflated, since of a place that was left nobody need
 * know. The app asks its user for the permission; this library asks for none.
 *
 * @throws SecurityException when it is collected without the permission.
 * @throws IllegalArgumentException when it is collected and the device has no such provider.
 */
@RequiresApi(Build.VERSION_CODES.S)
@RequiresPermission(anyOf = ["android.permission.ACCESS_COARSE_LOCATION", "android.permission.ACCESS_FINE_LOCATION"])
public fun LocationManager.locations(provider: String, request: LocationRequest): Flow<Location> = callbackFlow {
    val listener = LocationListener { trySend(it) }
    // Where the listener runs matters to nobody: it hands over, and returns.
    requestLocationUpdates(provider, request, Executor(Runnable::run), listener)
    awaitClose { removeUpdates(listener) }
}.conflate()

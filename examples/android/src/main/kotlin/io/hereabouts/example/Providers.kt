package io.hereabouts.example

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.location.LocationManager
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.distinctUntilChanged

/** Which provider says where the device is, and null while none does: a user may turn them off, and a tablet may lack one. */
fun LocationManager.providers(context: Context): Flow<String?> = callbackFlow {
    val usable = { listOf(LocationManager.NETWORK_PROVIDER, LocationManager.GPS_PROVIDER).firstOrNull(::isProviderEnabled) }
    val receiver = object : BroadcastReceiver() {
        override fun onReceive(context: Context, intent: Intent) {
            trySend(usable())
        }
    }
    // Android alone may send it.
    context.registerReceiver(receiver, IntentFilter(LocationManager.PROVIDERS_CHANGED_ACTION))
    send(usable())
    awaitClose { context.unregisterReceiver(receiver) }
}.conflate().distinctUntilChanged()

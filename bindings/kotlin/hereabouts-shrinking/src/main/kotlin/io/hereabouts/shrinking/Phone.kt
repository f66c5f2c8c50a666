package io.hereabouts.shrinking

import android.content.Context
import android.location.LocationManager
import io.hereabouts.Policy
import io.hereabouts.android.locations
import io.hereabouts.android.minimized
import io.hereabouts.android.openMinimizer
import io.hereabouts.android.toLocationRequest
import kotlinx.coroutines.flow.mapNotNull

/** What only a phone runs of the app: its locations, its clocks, its Keystore. Here it is shrunk with the rest. */
class Phone(private val context: Context, private val policy: Policy) {
    /** Sends each release of the network's locations. */
    suspend fun sendAll(send: (String) -> Unit): Unit = context.openMinimizer(policy).use { minimizer ->
        val request = minimizer.sensing("weather", "eu").toLocationRequest()
        context.getSystemService(LocationManager::class.java)!!.locations(LocationManager.NETWORK_PROVIDER, request)
            .minimized(minimizer, "weather", "eu")
            .mapNotNull { it.releaseOrNull }
            .collect { send(it.json) }
    }
}

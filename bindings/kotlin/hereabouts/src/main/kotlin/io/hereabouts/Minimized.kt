@file:JvmName("Minimized")

package io.hereabouts

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.withContext

/**
 * What comes of each fix, for a purpose to a destination. The fixes are closed once they were used.
 *
 * The flow is cold, and has no buffer of its own: a fix is taken when the one before it was decided. Whoever wants the newest
 * alone puts `conflate()` before it; cancellation passes as through any `map`. The ledger is read and written on
 * [dispatcher], whatever the collector's context: on the minimizer's own, if it is null.
 *
 * What fails ends the flow, with the exceptions of [Minimizer.release].
 */
public fun Flow<Fix>.minimized(
    minimizer: Minimizer,
    purpose: String,
    destination: String,
    dispatcher: CoroutineDispatcher? = null,
): Flow<Outcome> = map { fix ->
    fix.use {
        if (dispatcher == null) minimizer.release(it, purpose, destination)
        else withContext(dispatcher) { minimizer.releaseBlocking(it, purpose, destination) }
    }
}

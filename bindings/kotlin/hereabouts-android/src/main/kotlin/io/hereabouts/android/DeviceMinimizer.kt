@file:JvmName("DeviceMinimizers")

package io.hereabouts.android

import android.content.Context
import androidx.annotation.WorkerThread
import io.hereabouts.Anchor
import io.hereabouts.HereaboutsException
import io.hereabouts.Minimizer
import io.hereabouts.Policy
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File

/** Where the ledger of this app is: in `noBackupFilesDir`, since a copy of it on another device is a budget there. */
public val Context.hereaboutsLedger: File get() = File(noBackupFilesDir, "hereabouts.ledger")

/**
 * A minimizer as an app should have it: its ledger is out of backups, its anchor is sealed by the Keystore, and no step of the
 * wall clock refills its budget. One for each process is enough. It opens files, and asks the Keystore if there is an anchor: not
 * on the main thread.
 *
 * The first time there is none. The Keystore is then asked by the first call that writes to the ledger, such as a release or a
 * choice: if it does not answer, that call fails with the same exception. What it charged stays charged; nothing is released.
 *
 * @throws io.hereabouts.LedgerException if the ledger cannot be opened, or there is an anchor and the Keystore does not answer.
 */
@WorkerThread
@Throws(HereaboutsException::class)
public fun Context.openMinimizer(policy: Policy): Minimizer = opened(policy, Dispatchers.IO)

/**
 * The same from the main thread: it is opened on the dispatcher, and reads and writes there from then on. If the coroutine is
 * cancelled meanwhile, it is closed again.
 *
 * @throws io.hereabouts.LedgerException if the ledger cannot be opened, or there is an anchor and the Keystore does not answer.
 */
public suspend fun Context.openMinimizer(policy: Policy, dispatcher: CoroutineDispatcher): Minimizer {
    var made: Minimizer? = null
    try {
        return withContext(dispatcher) { opened(policy, dispatcher).also { made = it } }
    } catch (cancelled: CancellationException) {
        made?.closeSuspending()
        throw cancelled
    }
}

private fun Context.opened(policy: Policy, dispatcher: CoroutineDispatcher): Minimizer =
    Minimizer.open(policy, hereaboutsLedger.path, Anchor.store(KeystoreAnchorStore(this)), DeviceClock(this), dispatcher)

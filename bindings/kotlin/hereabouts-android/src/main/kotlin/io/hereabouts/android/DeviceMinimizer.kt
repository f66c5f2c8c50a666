@file:JvmName("DeviceMinimizers")

package io.hereabouts.android

import android.content.Context
import androidx.annotation.WorkerThread
import io.hereabouts.Anchor
import io.hereabouts.Minimizer
import io.hereabouts.Policy
import java.io.File

/** Where the ledger of this app is: in `noBackupFilesDir`, since a copy of it on another device is a budget there. */
public val Context.hereaboutsLedger: File get() = File(noBackupFilesDir, "hereabouts.ledger")

/**
 * A minimizer as an app should have it: its ledger is out of backups, its anchor is sealed by the Keystore, and no step of the
 * wall clock refills its budget. One for each process is enough. It opens files and asks the Keystore: not on the main thread.
 *
 * @throws io.hereabouts.LedgerException if the ledger cannot be opened, or the Keystore does not answer.
 */
@WorkerThread
public fun Context.openMinimizer(policy: Policy): Minimizer =
    Minimizer.open(policy, hereaboutsLedger.path, Anchor.store(KeystoreAnchorStore(this)), DeviceClock(this))

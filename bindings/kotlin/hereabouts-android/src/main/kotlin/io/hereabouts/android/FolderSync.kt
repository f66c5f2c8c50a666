package io.hereabouts.android

import android.os.Build
import android.system.ErrnoException
import android.system.Os
import android.system.OsConstants
import androidx.annotation.RequiresApi
import java.io.File
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.file.StandardOpenOption

/**
 * Waits until the disk has the names in a folder: a file's own sync says nothing of the name that it was given.
 *
 * @throws IOException if the folder cannot be synced. The ledger syncs the same folder when it is made: where that fails, there
 *   is no ledger either.
 */
internal fun syncFolder(folder: File) {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) syncByChannel(folder) else syncBySystemCall(folder)
}

/** As `java.nio` has it, which came with Android 8. */
@RequiresApi(Build.VERSION_CODES.O)
internal fun syncByChannel(folder: File): Unit =
    FileChannel.open(folder.toPath(), StandardOpenOption.READ).use { it.force(true) }

private fun syncBySystemCall(folder: File) {
    try {
        val opened = Os.open(folder.path, OsConstants.O_RDONLY, 0)
        try {
            Os.fsync(opened)
        } finally {
            Os.close(opened)
        }
    } catch (failure: ErrnoException) {
        throw IOException("the anchor's folder cannot be synced", failure)
    }
}

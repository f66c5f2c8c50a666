package io.hereabouts.android

import java.io.File
import java.io.RandomAccessFile
import java.util.concurrent.ConcurrentHashMap

/** Lets one at a time at a file, of all the threads and processes of an app, by the lock of an empty file beside it. */
internal class FileTurns(file: File) {
    private val lockFile = File(file.path + ".lock")

    /** A lock on a file is the process's, not the thread's: threads take turns before it. */
    private val ofProcess = threads.getOrPut(file.canonicalPath) { Any() }

    fun <R> take(work: () -> R): R = synchronized(ofProcess) {
        RandomAccessFile(lockFile, "rw").use { opened ->
            opened.channel.lock().use { work() }
        }
    }

    private companion object {
        val threads = ConcurrentHashMap<String, Any>()
    }
}

package io.hereabouts.android

import android.system.ErrnoException
import android.system.Os
import android.system.OsConstants
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import java.io.File
import java.io.FileDescriptor
import java.io.IOException
import javax.crypto.spec.SecretKeySpec

/** That an anchor's new name reaches the disk before its write returns, on the oldest phones too. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 35], shadows = [SystemCalls::class])
class FolderSyncTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val file: File get() = File(folder.root, "anchor")

    @After
    fun end() = SystemCalls.forget()

    private fun store(syncFolder: (File) -> Unit): KeystoreAnchorStore =
        KeystoreAnchorStore.with(file, syncFolder) { SecretKeySpec(ByteArray(32) { 7 }, "AES") }

    @Test
    fun `the folder is synced once for each write, when the file has its name`() {
        val synced = mutableListOf<File>()
        val store = store {
            assertTrue(file.length() > 0 && !File(file.path + ".new").exists())
            synced += it
        }
        store.write(mark(1))
        store.write(mark(2))
        assertEquals(listOf(folder.root, folder.root), synced)
        store.write(mark(1))
        assertEquals("nothing was written", 2, synced.size)
    }

    @Test
    fun `a write whose folder cannot be synced fails, and may be tried again`() {
        var isFull = true
        val store = store { if (isFull) throw IOException("no space left") }
        assertThrows(IOException::class.java) { store.write(mark(1)) }
        isFull = false
        store.write(mark(1))
        assertEquals(mark(1), store.read())
    }

    @Test
    @Config(sdk = [35])
    fun `a folder can be synced, and one that is not there is a failure`() {
        syncFolder(folder.root)
        assertThrows(IOException::class.java) { syncFolder(File(folder.root, "another")) }
        assertTrue("Android 8 and later need no system call", SystemCalls.made.isEmpty())
    }

    @Test
    @Config(sdk = [24])
    fun `before Android 8 a folder is opened, synced and closed, whatever happens`() {
        syncFolder(folder.root)
        assertEquals(listOf("open ${folder.root}", "fsync", "close"), SystemCalls.made)
        for (failing in listOf("open", "fsync", "close")) {
            SystemCalls.forget()
            SystemCalls.failing = failing
            val failure = assertThrows(IOException::class.java) { syncFolder(folder.root) }
            assertEquals("the anchor's folder cannot be synced", failure.message)
            assertEquals("what was opened is closed", failing != "open", "close" in SystemCalls.made)
        }
    }
}

/** The system calls of a phone, which a desktop's Java makes in ways of its own: what is asked of them, in order. */
@Implements(Os::class)
internal object SystemCalls {
    val made = mutableListOf<String>()

    /** The call that fails. */
    var failing: String? = null

    fun forget() {
        made.clear()
        failing = null
    }

    private fun call(name: String, of: String = "") {
        made += name + of
        if (name == failing) throw ErrnoException(name, OsConstants.EIO)
    }

    @JvmStatic
    @Implementation
    fun open(path: String, flags: Int, mode: Int): FileDescriptor {
        assertEquals(OsConstants.O_RDONLY, flags)
        assertEquals(0, mode)
        return FileDescriptor().also { call("open", " $path") }
    }

    @JvmStatic
    @Implementation
    fun fsync(@Suppress("UNUSED_PARAMETER") opened: FileDescriptor): Unit = call("fsync")

    @JvmStatic
    @Implementation
    fun close(@Suppress("UNUSED_PARAMETER") opened: FileDescriptor): Unit = call("close")
}

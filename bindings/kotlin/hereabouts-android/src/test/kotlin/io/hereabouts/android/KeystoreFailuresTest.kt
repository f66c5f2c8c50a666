package io.hereabouts.android

import android.content.Context
import android.os.Build
import android.security.KeyStoreException
import android.security.keystore.KeyPermanentlyInvalidatedException
import io.hereabouts.LedgerException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.robolectric.util.ReflectionHelpers
import java.io.File
import java.io.IOException
import java.security.ProviderException
import java.security.Security
import java.security.UnrecoverableKeyException
import java.util.concurrent.CountDownLatch
import javax.crypto.IllegalBlockSizeException
import kotlin.concurrent.thread

/** An anchor that went wrong: by a file that was cut off, by a key that is gone, by a Keystore that does not answer. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class KeystoreFailuresTest {
    private val context: Context get() = RuntimeEnvironment.getApplication()
    private val file: File get() = File(context.noBackupFilesDir, "hereabouts.anchor")
    private val device = DeviceKeystore()
    private val sdk = Build.VERSION.SDK_INT

    @Before
    fun start() {
        assertTrue("the machine has a Keystore of its own", Security.addProvider(device) > 0)
    }

    @After
    fun end() {
        Security.removeProvider(device.name)
        showSdk(sdk)
    }

    @Test
    fun `a file that was cut off is of no ledger, wherever it was cut, and is written again`() {
        KeystoreAnchorStore(context).write(mark(7))
        val whole = file.readBytes()
        for (length in whole.indices) {
            file.writeBytes(whole.copyOf(length))
            assertOfNoLedger("$length bytes", KeystoreAnchorStore(context).read())
        }
        KeystoreAnchorStore(context).write(mark(1))
        assertEquals(mark(1), KeystoreAnchorStore(context).read())
        assertEquals("the key is good", 1, device.makings.get())
    }

    @Test
    fun `a key that will never work again is of no ledger, and another takes its place`() {
        val failures = listOf(
            { UnrecoverableKeyException("User changed or deleted their auth credentials") },
            { KeyPermanentlyInvalidatedException() },
            { ofKeystore(-33, "Invalid key blob") },
            { IllegalBlockSizeException().initCause(keystore(-33, "Invalid key blob")) as Exception },
            { ofKeystore(7, "Key not found") },
            { ofKeystore(8, "Key blob corrupted") },
        )
        for ((number, failure) in failures.withIndex()) {
            KeystoreAnchorStore(context).write(mark(7))
            device.failure = failure
            assertOfNoLedger("failure $number", KeystoreAnchorStore(context).read())
            KeystoreAnchorStore(context).write(mark(1))
            assertEquals(mark(1), KeystoreAnchorStore(context).read())
            assertEquals("one key more for each", number + 2, device.makings.get())
        }
        showSdk(Build.VERSION_CODES.R)
        device.failure = failures[2]
        assertOfNoLedger("as older versions say it", KeystoreAnchorStore(context).read())
    }

    @Test
    fun `an app goes on with a new key, and has spent all`() {
        context.openMinimizer(runs()).use { it.releaseBlocking(now(), "run", "eu") }
        device.failure = { KeyPermanentlyInvalidatedException() }
        repeat(2) { context.openMinimizer(runs()).use { assertEquals(0, left(it)) } }
    }

    @Test
    fun `a Keystore that does not answer releases nothing, and spends nothing`() {
        context.openMinimizer(runs()).use { it.releaseBlocking(now(), "run", "eu") }
        val failures = listOf(
            { ofKeystore(4, "System error") }, { ProviderException("keystore is not running") }, { IllegalBlockSizeException() },
        )
        for (failure in failures) {
            device.failure = failure
            assertThrows(LedgerException::class.java) { context.openMinimizer(runs()) }
            device.failure = null
            context.openMinimizer(runs()).use { assertTrue(left(it) > 0) }
        }
        showSdk(Build.VERSION_CODES.R)
        device.failure = failures[0]
        assertThrows(UnrecoverableKeyException::class.java) { KeystoreAnchorStore(context).read() }
        assertEquals("and no key takes another's place", 1, device.makings.get())
    }

    @Test
    fun `what a crash left of a write is no mark, and is in nobody's way`() {
        val next = File(file.path + ".new").apply { writeBytes(ByteArray(500)) }
        assertNull(KeystoreAnchorStore(context).read())
        KeystoreAnchorStore(context).write(mark(1))
        next.writeBytes(ByteArray(500))
        assertEquals(mark(1), KeystoreAnchorStore(context).read())
        KeystoreAnchorStore(context).write(mark(2))
        assertEquals(mark(2), KeystoreAnchorStore(context).read())
        assertFalse(next.exists())
    }

    @Test
    fun `a file that cannot be read or replaced is a failure, and not an anchor that was never written`() {
        assertTrue(file.mkdirs() && File(file, "something").createNewFile())
        assertThrows(IOException::class.java) { KeystoreAnchorStore(context).read() }
        assertThrows(IOException::class.java) { KeystoreAnchorStore(context).write(mark(1)) }
        file.deleteRecursively()
        // A disk that is full fails the write, or the sync of it; nothing is taken for written.
        assertTrue(File(file.path + ".new").mkdir())
        assertThrows(IOException::class.java) { KeystoreAnchorStore(context).write(mark(1)) }
    }

    @Test
    fun `stores that are first used at once make one key`() {
        val (begin, threads) = Pair(CountDownLatch(1), 4)
        val failures = java.util.concurrent.ConcurrentLinkedQueue<Throwable>()
        val writers = List(threads) { number ->
            thread {
                begin.await()
                runCatching { KeystoreAnchorStore(context).write(mark(number)) }.onFailure(failures::add)
            }
        }
        begin.countDown()
        writers.forEach(Thread::join)
        assertTrue("$failures", failures.isEmpty())
        assertEquals(1, device.makings.get())
        assertEquals("the latest mark stands", mark(threads - 1), KeystoreAnchorStore(context).read())
    }

    private fun assertOfNoLedger(why: String, line: String?) = assertEquals(why, "an anchor that this device did not seal", line)

    private fun keystore(code: Int, text: String) = KeyStoreException(code, text, "of the device")

    private fun ofKeystore(code: Int, text: String): Exception =
        UnrecoverableKeyException("Failed to obtain information about key").initCause(keystore(code, text)) as Exception

    private fun showSdk(sdk: Int) = ReflectionHelpers.setStaticField(Build.VERSION::class.java, "SDK_INT", sdk)
}

/** A line as Rust writes it. */
internal fun mark(commits: Int): String = "hereabouts anchor 1 000000000000000000000000000000a7 %020d".format(commits)

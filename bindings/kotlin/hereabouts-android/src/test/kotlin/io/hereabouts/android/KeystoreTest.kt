package io.hereabouts.android

import android.content.Context
import android.os.Build
import android.security.keystore.KeyProperties
import io.hereabouts.Fix
import io.hereabouts.Minimizer
import io.hereabouts.Outcome
import io.hereabouts.Policy
import io.hereabouts.policy
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import java.io.File
import java.security.Security

/** The anchor as an app has it, with all that it asks of the Keystore. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 34, 35], shadows = [SystemCalls::class])
class KeystoreTest {
    private val context: Context get() = RuntimeEnvironment.getApplication()
    private val file: File get() = File(context.noBackupFilesDir, "hereabouts.anchor")
    private val device = DeviceKeystore()

    @Before
    fun start() {
        assertTrue("the machine has a Keystore of its own", Security.addProvider(device) > 0)
    }

    @After
    fun end() = Security.removeProvider(device.name)

    @Test
    fun `the key is made once, and for this alone`() {
        val store = KeystoreAnchorStore(context)
        assertNull(store.read())
        assertTrue("nothing is made before it is needed", device.made.isEmpty())
        store.write("a line")
        val key = device.made.values.single()
        with(key.spec) {
            assertEquals("io.hereabouts.anchor", keystoreAlias)
            assertEquals(KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT, purposes)
            assertArrayEquals(arrayOf(KeyProperties.BLOCK_MODE_GCM), blockModes)
            assertArrayEquals(arrayOf(KeyProperties.ENCRYPTION_PADDING_NONE), encryptionPaddings)
            assertTrue("the Keystore draws the nonces", isRandomizedEncryptionRequired)
            assertFalse("a release in the background has nobody to ask", isUserAuthenticationRequired)
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) assertFalse("and the screen may be off", isUnlockedDeviceRequired)
            assertNull("an anchor is for good", keyValidityForConsumptionEnd)
        }
        store.write("another line")
        assertSame("the key is kept", key, device.made.values.single())
    }

    @Test
    fun `what was written is read again, by another store too, and is sealed`() {
        KeystoreAnchorStore(context).write("a line, as long as it takes: é")
        assertEquals("a line, as long as it takes: é", KeystoreAnchorStore(context).read())
        val first = file.readBytes()
        assertFalse(String(first, Charsets.ISO_8859_1).contains("line"))
        KeystoreAnchorStore(context).write("a line, as long as it takes: é")
        assertNotEquals("no nonce comes twice", first.take(12), file.readBytes().take(12))
    }

    @Test
    fun `an app goes on where it was, as long as the key is there`() {
        context.openMinimizer(runs()).use { assertTrue(it.releaseBlocking(now(), "run", "eu") is Outcome.Released) }
        context.openMinimizer(runs()).use { minimizer ->
            assertEquals(Outcome.Reason.NOT_DUE, (minimizer.releaseBlocking(now(), "run", "eu") as Outcome.Withheld).reason)
            assertTrue(left(minimizer) > 0)
        }
    }

    @Test
    fun `a key that was lost spends all`() {
        context.openMinimizer(runs()).use { it.releaseBlocking(now(), "run", "eu") }
        device.made.clear()
        context.openMinimizer(runs()).use { assertEquals(0, left(it)) }
        context.openMinimizer(runs()).use { assertEquals("and it is not forgotten", 0, left(it)) }
    }

    @Test
    fun `what another app sealed under the same name spends all`() {
        context.openMinimizer(runs()).use { it.releaseBlocking(now(), "run", "eu") }
        val other = DeviceKeystore()
        Security.removeProvider(device.name)
        Security.addProvider(other)
        KeystoreAnchorStore(context).write("of another app")
        Security.removeProvider(other.name)
        Security.addProvider(device)
        context.openMinimizer(runs()).use { assertEquals(0, left(it)) }
    }

    @Test
    fun `a ledger that was deleted is noticed`() {
        context.openMinimizer(runs()).use { it.releaseBlocking(now(), "run", "eu") }
        for (part in context.noBackupFilesDir.listFiles()!!) if (part.name.startsWith("hereabouts.ledger")) assertTrue(part.delete())
        context.openMinimizer(runs()).use { assertEquals(0, left(it)) }
    }
}

internal fun left(minimizer: Minimizer): Long = minimizer.remainingBlocking().single().remaining.billionths

internal fun now(): Fix = Fix.wgs84(52.0907, 5.1214, System.currentTimeMillis(), 12.0)

internal fun runs(): Policy = policy(200.0) {
    budget(80.0, 86_400)
    purpose("run") { planarLaplace(0.5).fresh().metric(500.0).intervalSeconds(900).timeBucketSeconds(900) }
    destination("eu", "DE", "Example Weather GmbH")
}

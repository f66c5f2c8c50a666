package io.hereabouts.android

import android.content.Context
import android.location.Location
import android.location.LocationManager
import android.os.SystemClock
import android.provider.Settings
import io.hereabouts.Anchor
import io.hereabouts.Clock
import io.hereabouts.ClockReading
import io.hereabouts.InvalidFixException
import io.hereabouts.Kept
import io.hereabouts.LedgerException
import io.hereabouts.Minimizer
import io.hereabouts.Outcome
import io.hereabouts.Policy
import io.hereabouts.policy
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File
import java.time.Duration
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey

/** With Android's own `Location` and `LocationManager`. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class LocationsTest {
    private val context: Context get() = RuntimeEnvironment.getApplication()

    private fun run(): Policy = policy(200.0) {
        budget(80.0, 86_400)
        purpose("run") {
            planarLaplace(0.5).fresh().metric(500.0).intervalSeconds(900).timeBucketSeconds(900)
            keep(Kept.ALTITUDE, Kept.SPEED, Kept.COURSE)
        }
        destination("eu", "DE", "Example Weather GmbH")
    }

    @Test
    fun `what a location has crosses, and what it does not have is null`() {
        Minimizer.inMemory(run(), Clock { ClockReading(System.currentTimeMillis()) }).use { minimizer ->
            val bare = (minimizer.releaseBlocking(location().toFix(), "run", "eu") as Outcome.Released).release
            assertNull(bare.altitudeM)
            assertNull(bare.speedMS)
            assertNull(bare.courseDeg)
        }
        Minimizer.inMemory(run()).use { minimizer ->
            val whole = location {
                accuracy = 12f
                altitude = 31.5
                speed = 2.25f
                bearing = 270f
            }
            val release = (minimizer.releaseBlocking(whole.toFix(), "run", "eu") as Outcome.Released).release
            assertEquals(listOf(31.5, 2.25, 270.0), listOf(release.altitudeM, release.speedMS, release.courseDeg))
        }
    }

    @Test
    fun `a location that is none is refused without its numbers`() {
        for (change in listOf<Location.() -> Unit>({ latitude = Double.NaN }, { longitude = 195.123456 })) {
            val error = assertThrows(InvalidFixException::class.java) { location(change).toFix() }
            assertFalse(error.message!!, error.message!!.contains("52") || error.message!!.contains("195"))
        }
        assertEquals("Fix(..)", location().toFix().toString())
    }

    /** A provider's clock may be years off: what counts is how long ago it was. */
    @Test
    fun `when it was measured is told by the clock that nobody can set`() {
        shadowOf(RuntimeEnvironment.getApplication().mainLooper).idleFor(Duration.ofMinutes(10))
        val old = location {
            time = 0
            elapsedRealtimeNanos -= Duration.ofMinutes(5).toNanos()
        }
        val age = System.currentTimeMillis() - old.toFix().timeMillis
        assertTrue("$age", age in 299_000L..301_000L)
        val byHand = location {
            time = 1_718_874_000_000
            elapsedRealtimeNanos = 0
        }
        assertEquals(1_718_874_000_000, byHand.toFix().timeMillis)
    }

    @Test
    fun `a mocked location is known as one, and minimized like any other`() {
        assertFalse(location().isMocked)
        val mocked = location { isMock = true }
        assertTrue(mocked.isMocked)
        Minimizer.inMemory(run()).use { assertTrue(it.releaseBlocking(mocked.toFix(), "run", "eu") is Outcome.Released) }
    }

    @Test
    fun `a flow of locations is minimized one by one`() = runBlocking {
        Minimizer.inMemory(run()).use { minimizer ->
            val outcomes = flowOf(location(), location()).minimized(minimizer, "run", "eu").toList()
            assertTrue(outcomes[0] is Outcome.Released)
            assertTrue(outcomes[1] is Outcome.Withheld)
        }
    }

    @Test
    fun `the location manager's updates arrive while they are collected`() = runBlocking {
        val manager = context.getSystemService(LocationManager::class.java)!!
        val shadow = shadowOf(manager)
        shadow.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        shadowOf(RuntimeEnvironment.getApplication()).grantPermissions("android.permission.ACCESS_FINE_LOCATION")
        Minimizer.inMemory(run()).use { minimizer ->
            val request = minimizer.sensing("run", "eu").toLocationRequest()
            assertEquals(900_000, request.intervalMillis)
            val outcome = async { manager.locations(LocationManager.GPS_PROVIDER, request).minimized(minimizer, "run", "eu").first() }
            while (shadow.getLocationRequests(LocationManager.GPS_PROVIDER).isEmpty()) delay(10)
            shadow.simulateLocation(location { accuracy = 12f })
            assertTrue(outcome.await() is Outcome.Released)
            assertTrue(shadow.getLocationRequests(LocationManager.GPS_PROVIDER).isEmpty())
        }
    }

    @Test
    fun `the accuracy that is asked for is the coarsest that suffices`() {
        Minimizer.inMemory(run()).use { minimizer ->
            val sensing = minimizer.sensingBlocking("run", "eu")
            assertEquals("PRIORITY_BALANCED_POWER_ACCURACY", sensing.priority)
            assertEquals(android.location.LocationRequest.QUALITY_BALANCED_POWER_ACCURACY, sensing.quality)
            assertFalse(sensing.isCoarsePermissionEnough)
        }
    }

    @Test
    fun `the device's clock knows which start it is`() {
        assertNull(DeviceClock(context).reading().boot)
        Settings.Global.putInt(context.contentResolver, Settings.Global.BOOT_COUNT, 42)
        val reading = DeviceClock(context).reading()
        assertEquals(42L, reading.boot)
        assertTrue(reading.elapsedMillis!! <= SystemClock.elapsedRealtime())
        assertTrue(context.hereaboutsLedger.path.startsWith(context.noBackupFilesDir.path))
    }

    @Test
    fun `an anchor that another key sealed is that of no ledger`() {
        val file = File(context.noBackupFilesDir, "anchor")
        val keys = List(2) { KeyGenerator.getInstance("AES").apply { init(256) }.generateKey() }
        val store = { key: SecretKey -> KeystoreAnchorStore.with(file) { key } }
        assertNull(store(keys[0]).read())
        val ledger = File(context.noBackupFilesDir, "ledger").path
        val open = { key: SecretKey -> Minimizer.open(run(), ledger, Anchor.store(store(key))) }
        open(keys[0]).use { assertTrue(it.releaseBlocking(location().toFix(), "run", "eu") is Outcome.Released) }
        assertFalse(String(file.readBytes()).contains("hereabouts"))
        open(keys[0]).use { assertEquals(Outcome.Reason.NOT_DUE, (it.releaseBlocking(location().toFix(), "run", "eu") as Outcome.Withheld).reason) }
        val faulty = KeystoreAnchorStore.with(file) { throw java.security.ProviderException("the Keystore does not answer") }
        assertThrows(LedgerException::class.java) { Minimizer.open(run(), ledger, Anchor.store(faulty)) }
        open(keys[0]).use { assertTrue("a fault that passed spent nothing", it.remainingBlocking().single().remaining.billionths > 0) }
        open(keys[1]).use { minimizer ->
            val spent = minimizer.remainingBlocking().single()
            assertEquals("another installation's anchor spends all", 0L, spent.remaining.billionths)
        }
    }
}

package io.hereabouts.example

import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.location.LocationManager
import io.hereabouts.Minimizer
import io.hereabouts.android.DeviceClock
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/** What befalls an activity: it is left and come back to, turned and ended, at times in the midst of a call. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class LifecycleTest {
    private val phone = Phone()
    private val folder = phone.app.noBackupFilesDir
    private val opened = AtomicInteger()
    private val wait = Wait()
    private val uncaught = ConcurrentLinkedQueue<Throwable>()
    private val handler = Thread.getDefaultUncaughtExceptionHandler()

    @Before
    fun start() {
        Thread.setDefaultUncaughtExceptionHandler { _, thrown -> uncaught += thrown }
        phone.allow()
        phone.app.open = { policy ->
            opened.incrementAndGet()
            Minimizer.open(policy, File(folder, "ledger").path, null, WaitingClock(DeviceClock(phone.app), wait))
        }
    }

    @After
    fun end() {
        settle()
        Thread.setDefaultUncaughtExceptionHandler(handler)
        assertEquals("the app crashed", emptyList<Throwable>(), uncaught.toList())
    }

    private fun receipts() = runBlocking { phone.app.model.sharing!!.receipts() }.map { "${it.purpose} → ${it.destination}" }

    private fun chosen() = runBlocking { phone.app.model.sharing!!.chosen() }["weather"]

    @Test
    fun `whoever leaves is followed no more, and whoever comes back is, by the same minimizer`() {
        val controller = phone.look()
        phone.awaitListener()
        assertEquals(1, phone.watching())
        repeat(2) {
            controller.pause().stop()
            assertTrue("it is followed in the background", comes { phone.listening() == 0 && phone.watching() == 0 })
            controller.restart().resume()
            phone.awaitListener()
        }
        controller.pause().stop().destroy()
        assertTrue("it is followed after its end", comes { phone.listening() == 0 && phone.watching() == 0 })

        val another = phone.look()
        phone.awaitListener()
        another.get().await(Words.WAITING)
        another.pause().stop().destroy()
        assertEquals(1, opened.get())
    }

    @Test
    fun `whoever leaves while the ledger is opened is not followed, and coming back opens no second one`() {
        val open = phone.app.open
        phone.app.open = { policy -> wait.pass(); open(policy) }
        wait.holdNext()
        val controller = phone.look()
        assertTrue("nothing is opened", comes { wait.isHeld })
        repeat(2) {
            controller.pause().stop()
            controller.restart().resume()
        }
        controller.pause().stop()
        wait.goOn()
        assertTrue("it is not opened", comes { phone.app.model.sharing != null })
        settle()
        assertEquals("it is followed in the background", 0, phone.listening())

        controller.restart().resume()
        phone.awaitListener()
        controller.get().onRequestPermissionsResult(1, arrayOf(ACCESS_FINE_LOCATION), intArrayOf(0))
        settle()
        assertEquals("it is followed twice, or not at all", 1, phone.listening())
        assertEquals(1, opened.get())
        controller.pause().stop().destroy()
    }

    @Test
    fun `what was denied can be granted`() {
        phone.deny()
        val activity = phone.look().get()
        activity.await(Words.ASK)
        activity.onRequestPermissionsResult(1, arrayOf(ACCESS_FINE_LOCATION), intArrayOf(-1))
        activity.await(Words.DENIED)
        settle()
        assertEquals("it is followed all the same", 0, phone.listening())

        phone.allow()
        activity.onRequestPermissionsResult(1, arrayOf(ACCESS_FINE_LOCATION), intArrayOf(0))
        activity.await(Words.WAITING)
        assertFalse(activity.words(), Words.DENIED in activity.words())
        phone.awaitListener()
    }

    @Test
    fun `with location turned off the app says so, and begins when it is turned on`() {
        phone.provide(LocationManager.GPS_PROVIDER, false)
        val activity = phone.look().get()
        activity.await(Words.OFF)
        assertEquals(0, phone.listening())
        repeat(2) {
            phone.provide(LocationManager.GPS_PROVIDER, true)
            activity.await(Words.WAITING)
            assertFalse(activity.words(), Words.OFF in activity.words())
            phone.awaitListener()
            phone.provide(LocationManager.GPS_PROVIDER, false)
            activity.await(Words.OFF)
            assertTrue("what is off is listened to", comes { phone.listening() == 0 })
        }
        phone.provide(LocationManager.GPS_PROVIDER, true)
        phone.awaitListener()
        phone.move(52.0907)
        activity.await("Weather → forecast")
    }

    @Test
    fun `a call goes on to its end when the activity is destroyed, and the next one shows what came of it`() {
        val controller = phone.look()
        phone.awaitListener()
        wait.holdNext()
        phone.move(52.0907)
        assertTrue("nothing is released", comes { wait.isHeld })
        controller.get().finish()
        controller.pause().stop().destroy()
        wait.goOn()
        assertTrue("the call was cut off: ${receipts()}", comes { receipts() == listOf("stores → shop", "weather → forecast") })

        val activity = phone.look().get()
        activity.await(Words.WAITING)
        activity.press("Receipts")
        activity.await("weather → forecast")
        assertEquals(1, opened.get())
    }

    @Test
    fun `who turns the phone in the midst of a call finds its answer, on the same screen and from the same minimizer`() {
        val controller = phone.look()
        val before = controller.get()
        phone.awaitListener()
        before.press("Zones")
        before.await(Words.NO_ZONES)
        wait.holdNext()
        phone.move(52.0907)
        assertTrue("nothing is released", comes { wait.isHeld })
        controller.recreate()
        wait.goOn()
        val after = controller.get()
        assertNotSame(before, after)
        after.await(Words.NO_ZONES)
        phone.awaitListener()
        assertTrue("where I am is forgotten", comes { after.find(Words.PROTECT)?.isEnabled == true })
        after.press("Sharing")
        after.await("Stores → shop\nwithin ")
        assertNotNull(after.map())
        assertEquals(listOf("stores → shop", "weather → forecast"), receipts())
        assertEquals("another minimizer is beside the first", 1, opened.get())
    }

    @Test
    fun `what was pressed is done, though the phone is turned before its turn comes`() {
        val controller = phone.look()
        phone.awaitListener()
        controller.get().press("Ceilings")
        controller.get().await(Words.CEILINGS)
        val off = checkNotNull(controller.get().find("Nothing"))
        wait.holdNext()
        phone.move(52.0907)
        assertTrue("nothing is released", comes { wait.isHeld })
        off.performClick()
        controller.recreate()
        wait.goOn()
        assertTrue("the choice is lost", comes { chosen() == "off" })
    }

    @Test
    fun `where I was is not shown as where I am, nor protected`() {
        val controller = phone.look()
        phone.awaitListener()
        phone.move(52.0907)
        controller.get().await("Weather → forecast")
        controller.pause().stop()
        controller.restart().resume()
        controller.get().await(Words.WAITING)
        assertNull(controller.get().map())
        controller.get().press("Zones")
        controller.get().await(Words.NO_ZONES)
        assertFalse(controller.get().find(Words.PROTECT)!!.isEnabled)
    }

    @Test
    fun `a ledger that cannot be opened is told in its own words, and tried again`() {
        val later = File(folder, "later")
        phone.app.open = { Minimizer.open(it, File(later, "ledger").path, null, DeviceClock(phone.app)) }
        val controller = phone.look()
        val activity = controller.get()
        activity.await("could not be created")
        activity.press("Zones")
        settle()
        assertTrue("the screen is empty", "could not be created" in activity.words())
        activity.press("Sharing")
        later.mkdirs()
        controller.pause().stop()
        controller.restart().resume()
        activity.await(Words.WAITING)
        assertFalse(activity.words(), "could not be created" in activity.words())
    }

    @Test
    fun `a failure is gone after a later success`() {
        val activity = phone.look().get()
        phone.awaitListener()
        phone.move(Double.NaN)
        activity.await("latitude")
        phone.pass(minutes = 20)
        phone.move(52.0907)
        activity.await("Weather → forecast")
        assertFalse(activity.words(), "latitude" in activity.words())

        phone.app.model.press { it.choose("weather", "planet"); null }
        activity.await("planet")
        phone.app.model.press { it.choose("weather", "city"); null }
        assertTrue("the failure stays: ${activity.words()}", comes { "planet" !in activity.words() })
    }

    @Test
    fun `a late answer is not shown over a newer one`() {
        val activity = phone.look().get()
        phone.awaitListener()
        val slow = CompletableDeferred<Unit>()
        phone.app.model.press { slow.await(); it.choose("weather", "planet"); null }
        phone.app.model.press { it.choose("weather", "city"); null }
        settle()
        slow.complete(Unit)
        assertTrue("nothing is chosen", comes { chosen() == "city" })
        settle()
        assertFalse(activity.words(), "planet" in activity.words())
    }

    @Test
    fun `a screen that was slow to come is not drawn over the one that was asked for after it`() {
        phone.app.open = { Minimizer.inMemory(it, null, WaitingDispatcher(wait)) }
        val activity = phone.look().get()
        phone.awaitListener()
        activity.await(Words.WAITING)
        wait.holdNext()
        activity.press("Ceilings")
        assertTrue("nothing is drawn", comes { wait.isHeld })
        activity.press("Receipts")
        settle()
        wait.goOn()
        activity.await(Words.NOTHING_YET)
        settle()
        assertTrue(activity.words(), Words.NOTHING_YET in activity.words())
        assertFalse(activity.words(), Words.CEILINGS in activity.words())
    }
}

package io.hereabouts.example

import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.location.Location
import android.widget.RadioButton
import io.hereabouts.Minimizer
import io.hereabouts.android.DeviceClock
import io.hereabouts.testing.SeededMinimizers
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.io.File
import java.util.TimeZone

/** Every screen of the real activity, with a `LocationManager` whose places are made up; drawn as a phone draws it. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w360dp-h720dp-xhdpi")
class ScreensTest {
    private val phone = Phone()
    private val pictures = Pictures()
    private val zone = TimeZone.getDefault()

    @Before
    fun start() = TimeZone.setDefault(TimeZone.getTimeZone("UTC"))

    @After
    fun end() = TimeZone.setDefault(zone)

    @Test
    fun `without the permission the app asks, and shares nothing`() {
        phone.app.open = { Minimizer.inMemory(it) }
        val activity = phone.look().get()
        activity.await(Words.ASK)
        pictures.take(activity, "asking")
        activity.onRequestPermissionsResult(1, arrayOf(ACCESS_FINE_LOCATION), intArrayOf(-1))
        activity.await(Words.DENIED)
        activity.press("Receipts")
        activity.await(Words.NOTHING_YET)
        pictures.assertAsKept()
    }

    @Test
    fun `every screen is drawn as the documentation shows it`() {
        // The time is that of the place, and the noise is that of the seed: who runs it anew sees the same.
        phone.app.open = { SeededMinimizers.replaying(it, SEED) }
        walk {
            time = 1_718_874_420_000L // in June 2024
            elapsedRealtimeNanos = 0
        }
        pictures.assertAsKept()
    }

    @Test
    fun `nothing raw is kept`() {
        val ledger = File(phone.app.noBackupFilesDir, "ledger")
        phone.app.open = { Minimizer.open(it, ledger.path, null, DeviceClock(phone.app)) }
        walk(pictures = null)
        val kept = phone.app.dataDir.walk().filter(File::isFile).toList()
        assertTrue(kept.any { it.name.startsWith("ledger") })
        for (file in kept) {
            val text = file.readBytes().toString(Charsets.ISO_8859_1)
            for (digits in listOf("52.0907", "5.1214")) assertFalse("${file.name} has the place", text.contains(digits))
        }
    }

    /** Is at a place, goes through all screens, and does on each what can be done there. */
    private fun walk(pictures: Pictures? = this.pictures, change: Location.() -> Unit = {}) {
        phone.allow()
        val activity = phone.look().get()
        activity.await(Words.WAITING)
        phone.awaitListener()
        phone.move(52.0907, change)
        activity.await("Weather → forecast")
        activity.await("Stores → shop\nwithin ")
        assertTrue("the map has no height", activity.map()!!.height > 200)
        pictures?.take(activity, "sharing")

        activity.press("Ceilings")
        activity.await(Words.CEILINGS)
        val before = activity.find("City")
        activity.press("City")
        assertTrue("no city is chosen", comes { activity.find("City").let { it !== before && (it as RadioButton).isChecked } })
        pictures?.take(activity, "ceilings")

        activity.press("Receipts")
        activity.await("weather → forecast")
        pictures?.take(activity, "receipts")

        activity.press("Disclosure")
        activity.await("Example Weather GmbH")
        pictures?.take(activity, "disclosure")
        assertEquals(MainActivity.Screen.DISCLOSURE, activity.screen)

        activity.press("Zones")
        activity.await(Words.NO_ZONES)
        activity.press(Words.PROTECT)
        activity.await("“place 1” is protected")
        activity.await("a disc of")
        pictures?.take(activity, "zones")
    }

    private companion object {
        /** One whose circles and crosses can be told apart. */
        const val SEED = 1L
    }
}

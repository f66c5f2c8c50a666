package io.hereabouts.example

import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.content.Context
import android.graphics.Bitmap
import android.graphics.Canvas
import android.location.Location
import android.location.LocationManager
import android.os.Looper
import android.os.SystemClock
import android.view.View
import android.view.ViewGroup
import android.widget.RadioButton
import android.widget.TextView
import io.hereabouts.Minimizer
import io.hereabouts.android.DeviceClock
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import java.io.File
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger

/** Every screen of the real activity, with a `LocationManager` whose places are made up; drawn as a phone draws it. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [34], qualifiers = "w360dp-h720dp-xhdpi")
class ScreensTest {
    private val app = RuntimeEnvironment.getApplication()
    private val manager = app.getSystemService(Context.LOCATION_SERVICE) as LocationManager

    private fun activity(ledger: File): MainActivity = Robolectric.buildActivity(MainActivity::class.java).run {
        get().open = { Minimizer.open(it, ledger.path, null, DeviceClock(app)) }
        create().start().resume().visible().get()
    }

    private fun MainActivity.words(): String = words(window.decorView)

    private fun words(view: View): String = when (view) {
        is TextView -> "${view.text}\n"
        is ViewGroup -> (0 until view.childCount).joinToString("") { words(view.getChildAt(it)) }
        else -> ""
    }

    /** Lets the main thread go on until this is so. */
    private fun comes(isSo: () -> Boolean): Boolean {
        repeat(500) {
            shadowOf(Looper.getMainLooper()).idle()
            if (isSo()) return true
            Thread.sleep(10)
        }
        return false
    }

    private fun MainActivity.await(text: String) = assertTrue("“$text” does not come: ${words()}", comes { words().contains(text) })

    private fun MainActivity.press(text: String) {
        shadowOf(Looper.getMainLooper()).idle()
        checkNotNull(find(window.decorView, text)) { "there is no “$text” to press: ${words()}" }.performClick()
    }

    private fun MainActivity.find(text: String): View? = find(window.decorView, text)

    private fun map(view: View): MapView? = when (view) {
        is MapView -> view
        is ViewGroup -> (0 until view.childCount).firstNotNullOfOrNull { map(view.getChildAt(it)) }
        else -> null
    }

    private fun find(view: View, text: String): View? = when {
        view is TextView && view.text.toString() == text && view.hasOnClickListeners() -> view
        view is ViewGroup -> (0 until view.childCount).firstNotNullOfOrNull { find(view.getChildAt(it), text) }
        else -> null
    }

    /** Draws the screen, and keeps it as a picture where those in the documentation are. */
    private fun MainActivity.picture(name: String) {
        shadowOf(Looper.getMainLooper()).idle()
        val view = window.decorView
        val bitmap = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(bitmap))
        val colors = (0 until bitmap.height step 8).flatMap { y -> (0 until bitmap.width step 8).map { x -> bitmap.getPixel(x, y) } }.toSet()
        assertTrue("$name is blank: ${colors.size} colours", colors.size > 8)
        val folder = File(if (System.getenv("UPDATE_SCREENS") == "1") "screens" else "target/screens").apply { mkdirs() }
        File(folder, "$name.png").outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    private fun here(latitude: Double) = Location(LocationManager.GPS_PROVIDER).apply {
        this.latitude = latitude
        longitude = 5.1214
        accuracy = 12f
        time = System.currentTimeMillis()
        elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
    }

    @Test
    fun `without the permission the app asks, and shares nothing`() {
        val activity = activity(File(app.noBackupFilesDir, "ledger"))
        activity.await(Words.ASK)
        activity.picture("asking")
        activity.onRequestPermissionsResult(1, arrayOf(ACCESS_FINE_LOCATION), intArrayOf(-1))
        activity.await(Words.DENIED)
        activity.press("Receipts")
        activity.await(Words.NOTHING_YET)
    }

    @Test
    fun `every screen shows what the SDK says, and nothing raw is kept`() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        shadowOf(manager).setProviderEnabled(LocationManager.NETWORK_PROVIDER, false)
        shadowOf(manager).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        val ledger = File(app.noBackupFilesDir, "ledger")
        val activity = activity(ledger)
        activity.await(Words.WAITING)
        assertTrue("nobody listens", comes { shadowOf(manager).getLocationRequests(LocationManager.GPS_PROVIDER).isNotEmpty() })
        shadowOf(manager).simulateLocation(here(52.0907))
        activity.await("Weather → forecast")
        activity.await("within ")
        assertTrue("the map has no height", map(activity.window.decorView)!!.height > 200)
        activity.picture("sharing")

        activity.press("Ceilings")
        activity.await(Words.CEILINGS)
        val before = activity.find("City")
        activity.press("City")
        assertTrue("no city is chosen", comes { activity.find("City").let { it !== before && (it as RadioButton).isChecked } })
        activity.picture("ceilings")

        activity.press("Zones")
        activity.await(Words.NO_ZONES)
        activity.press(Words.PROTECT)
        activity.await("“place 1” is protected")
        activity.picture("zones")

        activity.press("Receipts")
        activity.await("weather → forecast")
        activity.picture("receipts")

        activity.press("Disclosure")
        activity.await("Example Weather GmbH")
        activity.picture("disclosure")

        val kept = app.dataDir.walk().filter(File::isFile).toList()
        assertTrue(kept.any { it.name.startsWith("ledger") })
        for (file in kept) {
            val text = file.readBytes().toString(Charsets.ISO_8859_1)
            for (digits in listOf("52.0907", "5.1214")) assertFalse("${file.name} has the place", text.contains(digits))
        }
        assertEquals(MainActivity.Screen.DISCLOSURE, activity.screen)
    }

    private fun listening() = shadowOf(manager).getLocationRequests(LocationManager.GPS_PROVIDER).size

    @Test
    fun `whoever leaves while the ledger is opened is not followed, and coming back opens no second one`() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        shadowOf(manager).setProviderEnabled(LocationManager.NETWORK_PROVIDER, false)
        shadowOf(manager).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        val (asked, goesOn) = List(2) { CountDownLatch(1) }
        val opened = AtomicInteger()
        val controller = Robolectric.buildActivity(MainActivity::class.java)
        controller.get().open = {
            asked.countDown()
            goesOn.await()
            opened.incrementAndGet()
            Minimizer.open(it, File(app.noBackupFilesDir, "ledger").path, null, DeviceClock(app))
        }
        controller.create().start().resume().visible()
        assertTrue("nothing is opened", comes { asked.count == 0L })
        controller.pause().stop()
        controller.restart().resume()
        controller.pause().stop()
        goesOn.countDown()
        assertTrue("it is not opened", comes { opened.get() == 1 })
        repeat(20) { shadowOf(Looper.getMainLooper()).idle(); Thread.sleep(10) }
        assertEquals("it is followed in the background", 0, listening())

        controller.restart().resume()
        assertTrue("nobody listens", comes { listening() == 1 })
        controller.get().onRequestPermissionsResult(1, arrayOf(ACCESS_FINE_LOCATION), intArrayOf(0))
        repeat(20) { shadowOf(Looper.getMainLooper()).idle(); Thread.sleep(10) }
        assertEquals("it is followed twice, or not at all", 1, listening())
        assertEquals(1, opened.get())
        controller.pause().stop()
        assertTrue("it is followed in the background", comes { listening() == 0 })
        controller.destroy()
    }

    @Test
    fun `a ledger that cannot be opened is told in its own words, and tried again`() {
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        val folder = File(app.noBackupFilesDir, "later")
        val controller = Robolectric.buildActivity(MainActivity::class.java)
        controller.get().open = { Minimizer.open(it, File(folder, "ledger").path, null, DeviceClock(app)) }
        val activity = controller.create().start().resume().visible().get()
        activity.await("could not be created")
        folder.mkdirs()
        controller.pause().stop()
        controller.restart().resume()
        activity.await(Words.WAITING)
        assertFalse(activity.words(), activity.words().contains("could not be created"))
    }
}

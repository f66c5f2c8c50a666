package io.hereabouts.example

import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.content.Context
import android.location.Location
import android.location.LocationManager
import android.os.Looper
import android.os.SystemClock
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import org.junit.Assert.assertTrue
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.shadows.ShadowSystemClock
import java.util.concurrent.TimeUnit

/** The phone on which the app is: its permission and its providers, and who presses what is on the screen. */
internal class Phone {
    val app = RuntimeEnvironment.getApplication() as App
    private val manager = app.getSystemService(Context.LOCATION_SERVICE) as LocationManager

    init {
        provide(LocationManager.NETWORK_PROVIDER, false)
        provide(LocationManager.GPS_PROVIDER, true)
    }

    fun allow() = shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)

    fun deny() = shadowOf(app).denyPermissions(ACCESS_FINE_LOCATION)

    fun pass(minutes: Long) = ShadowSystemClock.advanceBy(minutes, TimeUnit.MINUTES)

    fun provide(provider: String, isOn: Boolean) = shadowOf(manager).setProviderEnabled(provider, isOn)

    /** The activity as it is when someone opens the app and looks. */
    fun look(): ActivityController<MainActivity> = Robolectric.buildActivity(MainActivity::class.java).create().start().resume().visible()

    /** How many are told where the phone is. */
    fun listening(): Int = shadowOf(manager).getLocationRequests(LocationManager.GPS_PROVIDER).size

    /** How many are told that a provider is turned on or off. */
    fun watching(): Int = shadowOf(app).registeredReceivers.count { it.intentFilter.hasAction(LocationManager.PROVIDERS_CHANGED_ACTION) }

    fun awaitListener() = assertTrue("nobody listens, or too many", comes { listening() == 1 })

    fun move(latitude: Double, change: Location.() -> Unit = {}) = shadowOf(manager).simulateLocation(
        Location(LocationManager.GPS_PROVIDER).apply {
            this.latitude = latitude
            longitude = 5.1214
            accuracy = 12f
            time = System.currentTimeMillis()
            elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
            change()
        },
    )
}

/** Lets the main thread go on until this is so. */
internal fun comes(isSo: () -> Boolean): Boolean {
    repeat(500) {
        shadowOf(Looper.getMainLooper()).idle()
        if (isSo()) return true
        Thread.sleep(10)
    }
    return false
}

/** Lets the main thread and all others go on for long enough that what would come has come. */
internal fun settle() = repeat(30) {
    shadowOf(Looper.getMainLooper()).idle()
    Thread.sleep(10)
}

internal fun MainActivity.words(): String = words(window.decorView)

private fun words(view: View): String = when (view) {
    is TextView -> "${view.text}\n"
    is ViewGroup -> (0 until view.childCount).joinToString("") { words(view.getChildAt(it)) }
    else -> ""
}

internal fun MainActivity.await(text: String) = assertTrue("“$text” does not come: ${words()}", comes { text in words() })

internal fun MainActivity.press(text: String) {
    shadowOf(Looper.getMainLooper()).idle()
    checkNotNull(find(text)) { "there is no “$text” to press: ${words()}" }.performClick()
}

/** What can be pressed and says this. */
internal fun MainActivity.find(text: String): View? = find(window.decorView) { it is TextView && it.text.toString() == text && it.hasOnClickListeners() }

internal fun MainActivity.map(): View? = find(window.decorView) { it is MapView }

private fun find(view: View, isIt: (View) -> Boolean): View? = when {
    isIt(view) -> view
    view is ViewGroup -> (0 until view.childCount).firstNotNullOfOrNull { find(view.getChildAt(it), isIt) }
    else -> null
}

package io.hereabouts.android

import android.location.Location
import android.os.Build
import io.hereabouts.InvalidFixException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.util.ReflectionHelpers

/** What is read of a location, and what is not, on the oldest phones too. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 34, 35])
class LocationFixTest {
    private val sdk = Build.VERSION.SDK_INT

    @After
    fun end() = ReflectionHelpers.setStaticField(Build.VERSION::class.java, "SDK_INT", sdk)

    /** No release tells the accuracy, and no fix gives it back. But one that cannot be is refused, by its name: so it crosses. */
    @Test
    fun `the accuracy crosses where there is one`() {
        location { accuracy = 12f }.toFix().close()
        for (impossible in listOf(-12f, Float.NaN, Float.POSITIVE_INFINITY)) {
            val wrong = location { accuracy = impossible }
            val refusal = assertThrows(InvalidFixException::class.java) { wrong.toFix() }
            assertTrue(refusal.message, refusal.message!!.contains("accuracy"))
            assertFalse(refusal.message, refusal.message!!.contains("12"))
        }
    }

    /** What a location does not have is some number all the same, which is not looked at. */
    @Test
    fun `what a location does not have is not read`() {
        having().toFix().close()
        for (there in listOf("accuracy", "altitude", "speed", "bearing")) {
            assertThrows(there, InvalidFixException::class.java) { having(there).toFix() }
        }
    }

    /** A location that says it has one of these alone, or none; but every one of them is no number. */
    private fun having(there: String? = null): Location = object : Location(location()) {
        override fun hasAccuracy() = there == "accuracy"
        override fun hasAltitude() = there == "altitude"
        override fun hasSpeed() = there == "speed"
        override fun hasBearing() = there == "bearing"
        override fun getAccuracy() = Float.NaN
        override fun getAltitude() = Double.NaN
        override fun getSpeed() = Float.NaN
        override fun getBearing() = Float.NaN
    }

    @Test
    fun `a mocked location is known as one`() {
        assertFalse(location().isMocked)
        // As the system marks one: no app can, before Android 12.
        val mark = Location::class.java.getMethod("setIsFromMockProvider", Boolean::class.java)
        assertTrue(location { mark.invoke(this, true) }.isMocked)
    }

    /** Android 12 has both, and a phone before it has one: a call of the other would end the app. */
    @Test
    @Config(sdk = [35])
    fun `each version is asked in its own words`() {
        val asked = mutableListOf<String>()
        val location = object : Location(location()) {
            override fun isMock() = true.also { asked += "isMock" }

            @Deprecated("as Android says")
            override fun isFromMockProvider() = true.also { asked += "isFromMockProvider" }
        }
        for ((version, words) in listOf(24 to "isFromMockProvider", 30 to "isFromMockProvider", 31 to "isMock", 35 to "isMock")) {
            ReflectionHelpers.setStaticField(Build.VERSION::class.java, "SDK_INT", version)
            asked.clear()
            assertTrue(location.isMocked)
            assertEquals("API level $version", listOf(words), asked)
        }
    }
}

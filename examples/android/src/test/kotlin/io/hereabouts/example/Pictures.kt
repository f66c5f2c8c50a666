package io.hereabouts.example

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import android.os.Looper
import org.junit.Assert.assertTrue
import org.robolectric.Shadows.shadowOf
import java.io.File
import java.util.Locale
import kotlin.math.abs

/** Screens as they are drawn, beside those in the documentation: a picture that differs is told by its name. */
internal class Pictures {
    private val isUpdate = System.getenv("UPDATE_SCREENS") == "1"
    private val differences = mutableListOf<String>()

    /** Draws a screen. What is drawn is left under `target`; it is also the new picture if that is asked for. */
    fun take(activity: MainActivity, name: String) {
        shadowOf(Looper.getMainLooper()).idle()
        val view = activity.window.decorView
        val drawn = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(drawn))
        assertTrue("$name is blank", drawn.pixels().toSet().size > 8)
        val file = File(if (isUpdate) KEPT else DRAWN, "$name.png")
        file.parentFile!!.mkdirs()
        file.outputStream().use { drawn.compress(Bitmap.CompressFormat.PNG, 100, it) }
        if (!isUpdate) difference(drawn, File(KEPT, "$name.png"))?.let { differences += "$KEPT/$name.png $it; what is drawn now is $file" }
    }

    fun assertAsKept() = assertTrue(
        differences.joinToString("\n", postfix = "\nUPDATE_SCREENS=1 writes them anew, if they are meant to change"),
        differences.isEmpty(),
    )

    companion object {
        private const val KEPT = "screens"
        private const val DRAWN = "target/screens"

        /** By how much a channel of a pixel may differ: smooth edges are rounded in one way or another. */
        private const val MOST_STEPS = 4

        /** One pixel of so many may differ by more: in all fewer than a tenth of those that make another digit. */
        private const val PIXELS_FOR_ONE = 50_000

        /** How what is drawn differs from a file by more than it may; null if it does not. */
        fun difference(drawn: Bitmap, file: File): String? {
            val kept = BitmapFactory.decodeFile(file.path) ?: return "is no picture"
            if (kept.width != drawn.width || kept.height != drawn.height) {
                return "has ${kept.width} × ${kept.height} pixels, and ${drawn.width} × ${drawn.height} are drawn"
            }
            val pixels = drawn.pixels()
            val count = kept.pixels().zip(pixels).count { (one, other) -> differ(one, other) }
            if (count <= pixels.size / PIXELS_FOR_ONE) return null
            return String.format(Locale.ROOT, "differs in %d of %d pixels (%.3f %%)", count, pixels.size, 100.0 * count / pixels.size)
        }

        private fun differ(one: Int, other: Int): Boolean =
            listOf(Color::red, Color::green, Color::blue, Color::alpha).any { abs(it(one) - it(other)) > MOST_STEPS }

        private fun Bitmap.pixels() = IntArray(width * height).also { getPixels(it, 0, width, 0, 0, width, height) }
    }
}

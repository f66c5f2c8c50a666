package io.hereabouts.example

import android.content.Context
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.view.View
import kotlin.math.IEEErem
import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.floor
import kotlin.math.log10
import kotlin.math.max
import kotlin.math.pow

/** Where I am beside what is shared, true to scale; without tiles, since to ask for a tile is to tell where one is. */
class MapView(context: Context) : View(context) {
    private var here: Here? = null
    private var marks: List<Mark> = emptyList()

    /** One shared position: its centre, and the radius that holds the truth in 68 of 100 cases. */
    class Mark(val name: String, val latitudeDeg: Double, val longitudeDeg: Double, val accuracyM: Double, val color: Int)

    /** Draws these instead. */
    fun show(here: Here?, marks: List<Mark>) {
        this.here = here
        this.marks = marks
        contentDescription = marks.joinToString(prefix = "A map. ") { "${it.name} is told ${Words.metres(it.accuracyM)} around a point. " }
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        canvas.drawColor(GROUND)
        val here = here ?: return
        val density = resources.displayMetrics.density
        // Metres east and north of the device, on a plane that touches the Earth there: good to a metre at this scale.
        // To the east or to the west, whichever is the shorter way around it.
        fun eastM(mark: Mark) = (mark.longitudeDeg - here.longitudeDeg).IEEErem(360.0) * METRES_A_DEGREE * cos(here.latitudeDeg * PI / 180)
        fun northM(mark: Mark) = (mark.latitudeDeg - here.latitudeDeg) * METRES_A_DEGREE
        val reachM = marks.maxOfOrNull { max(Math.abs(eastM(it)), Math.abs(northM(it))) + it.accuracyM } ?: 1_000.0
        val pixels = (minOf(width, height) / 2f - 16 * density) / (reachM * 1.05).toFloat()
        val (middleX, middleY) = width / 2f to height / 2f

        val paint = Paint(Paint.ANTI_ALIAS_FLAG)
        val stepM = nice(width / pixels / 5.0)
        paint.color = LINES
        paint.strokeWidth = density
        var x = middleX % (stepM * pixels).toFloat()
        while (x < width) { canvas.drawLine(x, 0f, x, height.toFloat(), paint); x += (stepM * pixels).toFloat() }
        var y = middleY % (stepM * pixels).toFloat()
        while (y < height) { canvas.drawLine(0f, y, width.toFloat(), y, paint); y += (stepM * pixels).toFloat() }

        for (mark in marks) {
            val markX = middleX + (eastM(mark) * pixels).toFloat()
            val markY = middleY - (northM(mark) * pixels).toFloat()
            val radius = (mark.accuracyM * pixels).toFloat()
            paint.style = Paint.Style.FILL
            paint.color = mark.color and 0x00FFFFFF or 0x33000000
            canvas.drawCircle(markX, markY, radius, paint)
            paint.style = Paint.Style.STROKE
            paint.color = mark.color
            paint.strokeWidth = 2 * density
            canvas.drawCircle(markX, markY, radius, paint)
            val arm = 7 * density
            canvas.drawLine(markX - arm, markY, markX + arm, markY, paint)
            canvas.drawLine(markX, markY - arm, markX, markY + arm, paint)
            paint.style = Paint.Style.FILL
            paint.textSize = 13 * density
            canvas.drawText(mark.name, markX + arm, markY - arm, paint)
        }

        paint.style = Paint.Style.FILL
        paint.color = Color.WHITE
        canvas.drawCircle(middleX, middleY, 9 * density, paint)
        paint.color = BLUE
        canvas.drawCircle(middleX, middleY, 7 * density, paint)
        paint.textSize = 13 * density
        // What the dot is stands in the corner, where no name of a destination does.
        paint.textAlign = Paint.Align.RIGHT
        canvas.drawText("● ${Words.HERE}", width - 12 * density, height - 14 * density, paint)
        paint.textAlign = Paint.Align.LEFT

        paint.color = INK
        paint.strokeWidth = 2 * density
        val (left, bottom) = 12 * density to height - 14 * density
        canvas.drawLine(left, bottom, left + (stepM * pixels).toFloat(), bottom, paint)
        canvas.drawText(Words.metres(stepM), left, bottom - 6 * density, paint)
    }

    companion object {
        private const val METRES_A_DEGREE = 111_195.0
        private val GROUND = Color.rgb(0xF3, 0xF1, 0xEA)
        private val LINES = Color.rgb(0xE0, 0xDC, 0xD0)
        private val INK = Color.rgb(0x33, 0x33, 0x33)
        private val BLUE = Color.rgb(0x1A, 0x73, 0xE8)

        /** The greatest of 1, 2 and 5 times a power of ten that is not above [metres]. */
        private fun nice(metres: Double): Double {
            val power = 10.0.pow(floor(log10(metres)))
            return power * when { metres >= 5 * power -> 5; metres >= 2 * power -> 2; else -> 1 }
        }
    }
}

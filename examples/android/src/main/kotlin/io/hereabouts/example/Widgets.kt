package io.hereabouts.example

import android.content.Context
import android.graphics.Color
import android.graphics.Typeface
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView

/** What the screens are made of: Android's own widgets, in the app's colours. */
class Widgets(private val context: Context) {
    fun column(padding: Int) = LinearLayout(context).apply {
        orientation = LinearLayout.VERTICAL
        setPadding(dp(padding), 0, dp(padding), dp(padding))
    }

    fun text(words: String, size: Float, bold: Boolean = false, color: Int = INK) = TextView(context).apply {
        text = words
        textSize = size
        setTextColor(color)
        if (bold) typeface = Typeface.DEFAULT_BOLD
    }

    fun card(words: String, edge: Int = LINE) = LinearLayout(context).apply {
        addView(View(context).apply { setBackgroundColor(edge) }, LinearLayout.LayoutParams(dp(4), MATCH_PARENT))
        setBackgroundColor(PAPER)
        addView(text(words, 15f).apply { setPadding(dp(12), dp(10), dp(12), dp(10)); setLineSpacing(0f, 1.15f) })
    }

    fun button(words: String, pressed: () -> Unit) = Button(context).apply {
        text = words
        isAllCaps = false
        setOnClickListener { pressed() }
    }

    fun spaced(height: Int) = LinearLayout.LayoutParams(MATCH_PARENT, height).apply { topMargin = dp(10) }

    fun dp(points: Int) = (points * context.resources.displayMetrics.density).toInt()

    companion object {
        val INK = Color.rgb(0x22, 0x26, 0x2B)
        val GREY = Color.rgb(0x6B, 0x72, 0x78)
        val PAPER = Color.rgb(0xF6, 0xF7, 0xF8)
        val LINE = Color.rgb(0xD5, 0xD9, 0xDC)
        val TEAL = Color.rgb(0x00, 0x7A, 0x6C)
        val PLUM = Color.rgb(0x8E, 0x3B, 0x8A)
    }
}

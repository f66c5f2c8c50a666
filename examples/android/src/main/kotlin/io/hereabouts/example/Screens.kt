package io.hereabouts.example

import android.content.Context
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.widget.LinearLayout
import android.widget.RadioButton
import android.widget.RadioGroup
import java.time.ZoneId

/** The screens, made of what the SDK says now; a press goes to the [Model]. */
class Screens(
    private val context: Context,
    private val widgets: Widgets,
    private val model: Model,
    private val isAllowed: () -> Boolean,
    private val ask: () -> Unit,
) {
    /** What is on a screen. */
    suspend fun views(screen: MainActivity.Screen, sharing: Sharing): List<View> = with(widgets) {
        when (screen) {
            MainActivity.Screen.SHARING -> sharingViews(sharing)
            MainActivity.Screen.CEILINGS -> ceilingViews(sharing)
            MainActivity.Screen.RECEIPTS ->
                sharing.receipts().map { card(Words.receipt(it, ZoneId.systemDefault())) }.ifEmpty { listOf(text(Words.NOTHING_YET, 15f)) }
            MainActivity.Screen.ZONES -> zoneViews(sharing)
            MainActivity.Screen.DISCLOSURE -> sharing.disclosures().map { card(Words.disclosure(it)) }
        }
    }

    private suspend fun sharingViews(sharing: Sharing): List<View> = with(widgets) {
        if (!isAllowed() && sharing.here == null) return listOf(text(Words.ASK, 16f), button(Words.ALLOW, ask))
        val off = if (model.isLocationOff) listOf(text(Words.OFF, 16f)) else emptyList()
        if (sharing.here == null) return off.ifEmpty { listOf(text(Words.WAITING, 16f)) }
        val colors = listOf(Widgets.TEAL, Widgets.PLUM)
        val marks = sharing.lines.withIndex().mapNotNull { (index, line) ->
            val release = sharing.shared[line]?.release
            val (latitude, longitude, accuracy) = Triple(release?.latitudeDeg, release?.longitudeDeg, release?.accuracyM)
            if (latitude == null || longitude == null || accuracy == null) null
            else MapView.Mark(line.destination, latitude, longitude, accuracy, colors[index % colors.size])
        }
        val map = MapView(context).apply {
            layoutParams = LinearLayout.LayoutParams(MATCH_PARENT, dp(320))
            show(sharing.here, marks)
        }
        val rows = sharing.lines.withIndex().map { (index, line) ->
            card("${Words.line(line)}\n${Words.shared(sharing.shared[line])}\n${Words.next(sharing.next(line), ZoneId.systemDefault())}", colors[index % colors.size])
        }
        val left = sharing.remaining().map { text(Words.remaining(it), 14f, color = Widgets.GREY) }
        return off + map + rows + left
    }

    private suspend fun ceilingViews(sharing: Sharing): List<View> {
        val chosen = sharing.chosen()
        return listOf<View>(widgets.text(Words.CEILINGS, 15f)) + chosen.keys.flatMap { purpose ->
            val group = RadioGroup(context)
            for (ceiling in sharing.ceilings) {
                group.addView(
                    RadioButton(context).apply {
                        id = View.generateViewId() // the group tells its buttons apart by it
                        text = Words.ceiling(ceiling)
                        isChecked = ceiling == chosen[purpose]
                        setTextColor(Widgets.INK)
                        setOnClickListener { model.press { it.choose(purpose, ceiling); null } }
                    },
                )
            }
            listOf(widgets.text(purpose.replaceFirstChar(Char::uppercase), 17f, bold = true), group)
        }
    }

    private suspend fun zoneViews(sharing: Sharing): List<View> = with(widgets) {
        val zones = sharing.zones()
        val rows = zones.flatMap { zone ->
            val remove = button("${Words.REMOVE} “${zone.name}”") { model.press { it.removeZone(zone.name); null } }
            listOf(card("${zone.name}\na disc of ${Words.metres(zone.radiusM)}"), remove)
        }.ifEmpty { listOf(text(Words.NO_ZONES, 15f)) }
        val protect = button(Words.PROTECT) { model.protectHere("place ${zones.size + 1}") }.apply { isEnabled = model.last != null }
        return listOf<View>(text(Words.ZONES, 15f)) + rows + protect
    }
}

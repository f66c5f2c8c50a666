package io.hereabouts.example

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.Activity
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.graphics.Color
import android.graphics.Typeface
import android.location.Location
import android.location.LocationManager
import android.os.Bundle
import android.view.Gravity
import android.view.View
import android.view.Window
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.Button
import android.widget.LinearLayout
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.ScrollView
import android.widget.TextView
import io.hereabouts.HereaboutsException
import io.hereabouts.Minimizer
import io.hereabouts.Policy
import io.hereabouts.android.locations
import io.hereabouts.android.openMinimizer
import io.hereabouts.android.toFix
import io.hereabouts.android.toLocationRequest
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import java.time.ZoneId

/** The whole app: five screens, of which each is drawn anew when something changes. */
class MainActivity : Activity() {
    /** What the bar at the bottom leads to. */
    enum class Screen(val title: String) {
        SHARING("Sharing"), CEILINGS("Ceilings"), RECEIPTS("Receipts"), ZONES("Zones"), DISCLOSURE("Disclosure")
    }

    private val scope by lazy { CoroutineScope(SupervisorJob() + mainExecutor.asCoroutineDispatcher()) }
    private lateinit var content: LinearLayout
    private lateinit var bar: LinearLayout
    private var minimizer: Minimizer? = null
    private var sharing: Sharing? = null
    private var last: Location? = null
    private val opening = Mutex()

    /** What goes on while the activity is seen: the locations are taken in it, and none is when it is cancelled. */
    private var session: Job? = null
    private var notice: String? = null

    /** The screen that is shown. */
    var screen: Screen = Screen.SHARING
        private set

    /** How the minimizer is opened; tests have no Keystore. */
    var open: (Policy) -> Minimizer = { applicationContext.openMinimizer(it) }

    override fun onCreate(state: Bundle?) {
        requestWindowFeature(Window.FEATURE_NO_TITLE)
        super.onCreate(state)
        title = Words.NAME
        content = column(16)
        bar = LinearLayout(this).apply { setBackgroundColor(PAPER) }
        setContentView(
            column(0).apply {
                setBackgroundColor(Color.WHITE)
                addView(text(Words.NAME, 22f, bold = true).apply { setPadding(dp(16), dp(14), dp(16), dp(10)) })
                addView(ScrollView(context).apply { addView(content) }, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
                addView(bar)
            },
        )
    }

    override fun onStart() {
        super.onStart()
        notice = null
        begin()
    }

    override fun onStop() {
        session?.cancel()
        session = null
        super.onStop()
    }

    override fun onDestroy() {
        scope.cancel()
        sharing = null
        minimizer?.let(::close)
        super.onDestroy()
    }

    private fun begin() {
        session?.cancel()
        session = scope.launch {
            told { start() }
            draw()
            told { follow() }
            draw()
        }
    }

    /** The last to close a ledger writes to the disk. */
    private fun close(minimizer: Minimizer) = Dispatchers.IO.asExecutor().execute(minimizer::close)

    override fun onRequestPermissionsResult(code: Int, permissions: Array<String>, results: IntArray) {
        notice = if (isAllowed()) null else Words.DENIED
        if (session != null) begin()
    }

    /** Shows a screen. */
    fun show(screen: Screen) {
        this.screen = screen
        notice = null
        scope.launch { draw() }
    }

    /** Opens the ledger once. Whoever leaves meanwhile does not stop it: what is opened must be kept, or closed. */
    private suspend fun start() = opening.withLock {
        if (sharing != null) return@withLock
        withContext(NonCancellable) {
            val (opened, shared) = withContext(Dispatchers.IO) {
                Policy.fromToml(RULES).use { policy -> open(policy).let { it to Sharing(it, policy) } }
            }
            if (isDestroyed) return@withContext close(opened)
            minimizer = opened
            sharing = shared
        }
    }

    private fun isAllowed() = listOf(ACCESS_COARSE_LOCATION, ACCESS_FINE_LOCATION).any { checkSelfPermission(it) == PERMISSION_GRANTED }

    /** Asks for no more, and no more often, than a release can tell; until it is cancelled. */
    private suspend fun follow() {
        val minimizer = minimizer ?: return
        if (!isAllowed()) return
        val request = minimizer.sensing("weather", "forecast").toLocationRequest()
        val manager = checkNotNull(getSystemService(LocationManager::class.java))
        val provider = manager.getProviders(true).let { if (LocationManager.NETWORK_PROVIDER in it) LocationManager.NETWORK_PROVIDER else LocationManager.GPS_PROVIDER }
        manager.locations(provider, request).collect { took(it) }
    }

    private suspend fun took(location: Location) {
        last = location
        told { location.toFix().use { sharing?.take(it, Here(location.latitude, location.longitude)) } }
        draw()
    }

    /** What the SDK refuses is shown, in its own words, which name no place. */
    private suspend fun told(work: suspend () -> Unit) = try { work() } catch (refused: HereaboutsException) { notice = refused.message }

    private suspend fun draw() {
        var views = emptyList<View>()
        told { views = sharing?.let { views(it) }.orEmpty() }
        content.removeAllViews()
        notice?.let { content.addView(text(it, 15f, bold = true), spaced(WRAP_CONTENT)) }
        views.forEach { content.addView(it, spaced(it.layoutParams?.height ?: WRAP_CONTENT)) }
        bar.removeAllViews()
        for (screen in Screen.entries) {
            val tab = text(screen.title, 12f, bold = screen == this.screen, color = if (screen == this.screen) TEAL else GREY).apply {
                gravity = Gravity.CENTER
                setPadding(0, dp(16), 0, dp(16))
                isSelected = screen == this@MainActivity.screen
                setOnClickListener { show(screen) }
            }
            bar.addView(tab, LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
        }
    }

    private suspend fun views(sharing: Sharing): List<View> = when (screen) {
        Screen.SHARING -> sharingViews(sharing)
        Screen.CEILINGS -> ceilingViews(sharing)
        Screen.RECEIPTS -> sharing.receipts().map { card(Words.receipt(it, ZoneId.systemDefault())) }.ifEmpty { listOf(text(Words.NOTHING_YET, 15f)) }
        Screen.ZONES -> zoneViews(sharing)
        Screen.DISCLOSURE -> sharing.disclosures().map { card(Words.disclosure(it)) }
    }

    private suspend fun sharingViews(sharing: Sharing): List<View> {
        if (!isAllowed() && sharing.here == null) {
            val ask = button(Words.ALLOW) { requestPermissions(arrayOf(ACCESS_COARSE_LOCATION, ACCESS_FINE_LOCATION), 1) }
            return listOf(text(Words.ASK, 16f), ask)
        }
        if (sharing.here == null) return listOf(text(Words.WAITING, 16f))
        val colors = listOf(TEAL, PLUM)
        val marks = sharing.lines.withIndex().mapNotNull { (index, line) ->
            val release = sharing.shared[line]?.release
            val (latitude, longitude, accuracy) = Triple(release?.latitudeDeg, release?.longitudeDeg, release?.accuracyM)
            if (latitude == null || longitude == null || accuracy == null) null
            else MapView.Mark(line.destination, latitude, longitude, accuracy, colors[index % colors.size])
        }
        val map = MapView(this).apply {
            layoutParams = LinearLayout.LayoutParams(MATCH_PARENT, dp(320))
            show(sharing.here, marks)
        }
        val rows = sharing.lines.withIndex().map { (index, line) ->
            card("${Words.line(line)}\n${Words.shared(sharing.shared[line])}\n${Words.next(sharing.next(line), ZoneId.systemDefault())}", colors[index % colors.size])
        }
        val left = sharing.remaining().map { text(Words.remaining(it), 14f, color = GREY) }
        return listOf<View>(map) + rows + left
    }

    private suspend fun ceilingViews(sharing: Sharing): List<View> {
        val chosen = sharing.chosen()
        return listOf<View>(text(Words.CEILINGS, 15f)) + chosen.keys.flatMap { purpose ->
            val group = RadioGroup(this)
            for (ceiling in sharing.ceilings) {
                group.addView(
                    RadioButton(this).apply {
                        id = View.generateViewId() // the group tells its buttons apart by it
                        text = Words.ceiling(ceiling)
                        isChecked = ceiling == chosen[purpose]
                        setTextColor(INK)
                        setOnClickListener { scope.launch { told { sharing.choose(purpose, ceiling) }; draw() } }
                    },
                )
            }
            listOf(text(purpose.replaceFirstChar(Char::uppercase), 17f, bold = true), group)
        }
    }

    private suspend fun zoneViews(sharing: Sharing): List<View> {
        val zones = sharing.zones()
        val rows = zones.flatMap { zone ->
            val remove = button("${Words.REMOVE} “${zone.name}”") { scope.launch { told { sharing.removeZone(zone.name) }; draw() } }
            listOf(card("${zone.name}\na disc of ${Words.metres(zone.radiusM)}"), remove)
        }.ifEmpty { listOf(text(Words.NO_ZONES, 15f)) }
        val protect = button(Words.PROTECT) {
            scope.launch {
                told { last?.let { place -> notice = place.toFix().use { sharing.protectHere(it, "place ${zones.size + 1}") } } }
                draw()
            }
        }.apply { isEnabled = last != null }
        return listOf<View>(text(Words.ZONES, 15f)) + rows + protect
    }

    private fun column(padding: Int) = LinearLayout(this).apply {
        orientation = LinearLayout.VERTICAL
        setPadding(dp(padding), 0, dp(padding), dp(padding))
    }

    private fun text(words: String, size: Float, bold: Boolean = false, color: Int = INK) = TextView(this).apply {
        text = words
        textSize = size
        setTextColor(color)
        if (bold) typeface = Typeface.DEFAULT_BOLD
    }

    private fun card(words: String, edge: Int = LINE) = LinearLayout(this).apply {
        addView(View(context).apply { setBackgroundColor(edge) }, LinearLayout.LayoutParams(dp(4), MATCH_PARENT))
        setBackgroundColor(PAPER)
        addView(text(words, 15f).apply { setPadding(dp(12), dp(10), dp(12), dp(10)); setLineSpacing(0f, 1.15f) })
    }

    private fun button(words: String, pressed: () -> Unit) = Button(this).apply {
        text = words
        isAllCaps = false
        setOnClickListener { pressed() }
    }

    private fun spaced(height: Int) = LinearLayout.LayoutParams(MATCH_PARENT, height).apply { topMargin = dp(10) }

    private fun dp(points: Int) = (points * resources.displayMetrics.density).toInt()

    private companion object {
        val INK = Color.rgb(0x22, 0x26, 0x2B)
        val GREY = Color.rgb(0x6B, 0x72, 0x78)
        val PAPER = Color.rgb(0xF6, 0xF7, 0xF8)
        val LINE = Color.rgb(0xD5, 0xD9, 0xDC)
        val TEAL = Color.rgb(0x00, 0x7A, 0x6C)
        val PLUM = Color.rgb(0x8E, 0x3B, 0x8A)
    }
}

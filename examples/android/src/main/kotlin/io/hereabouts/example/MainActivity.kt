package io.hereabouts.example

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.Activity
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.graphics.Color
import android.location.LocationManager
import android.location.LocationRequest
import android.os.Bundle
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.Window
import android.widget.LinearLayout
import android.widget.ScrollView
import io.hereabouts.HereaboutsException
import io.hereabouts.android.locations
import io.hereabouts.android.toLocationRequest
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.launch

/** The whole app: five screens, of which each is drawn anew when something changes. What outlives it is in [Model]. */
class MainActivity : Activity() {
    /** What the bar at the bottom leads to. */
    enum class Screen(val title: String) {
        SHARING("Sharing"), CEILINGS("Ceilings"), RECEIPTS("Receipts"), ZONES("Zones"), DISCLOSURE("Disclosure")
    }

    private val scope by lazy { CoroutineScope(SupervisorJob() + mainExecutor.asCoroutineDispatcher()) }
    private val model get() = (application as App).model
    private val widgets = Widgets(this)
    private val screens by lazy { Screens(this, widgets, model, ::isAllowed, ::ask) }
    private lateinit var content: LinearLayout
    private lateinit var bar: LinearLayout

    /** What goes on while the activity is seen: it draws, and the locations are taken in it; none is when it is cancelled. */
    private var session: Job? = null

    /** The screen that is shown. */
    var screen: Screen = Screen.SHARING
        private set

    override fun onCreate(state: Bundle?) {
        requestWindowFeature(Window.FEATURE_NO_TITLE)
        super.onCreate(state)
        title = Words.NAME
        state?.getString(SCREEN)?.let { screen = Screen.valueOf(it) }
        content = widgets.column(16)
        bar = LinearLayout(this).apply { setBackgroundColor(Widgets.PAPER) }
        setContentView(
            widgets.column(0).apply {
                setBackgroundColor(Color.WHITE)
                addView(widgets.text(Words.NAME, 22f, bold = true).apply { with(widgets) { setPadding(dp(16), dp(14), dp(16), dp(10)) } })
                addView(ScrollView(context).apply { addView(content) }, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
                addView(bar)
            },
        )
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putString(SCREEN, screen.name)
    }

    override fun onStart() {
        super.onStart()
        begin()
    }

    override fun onStop() {
        session?.cancel()
        session = null
        if (!isChangingConfigurations) model.leave()
        super.onStop()
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    private fun begin() {
        session?.cancel()
        session = scope.launch {
            // A drawing that is overtaken by a change ends before the next begins: none is shown over a newer one.
            launch { model.changes.collectLatest { draw() } }
            model.start()
            follow()
        }
    }

    override fun onRequestPermissionsResult(code: Int, permissions: Array<String>, results: IntArray) {
        model.say(if (isAllowed()) null else Words.DENIED)
        if (session != null) begin()
    }

    /** Shows a screen. */
    fun show(screen: Screen) {
        this.screen = screen
        model.say(null)
    }

    private fun isAllowed() = listOf(ACCESS_COARSE_LOCATION, ACCESS_FINE_LOCATION).any { checkSelfPermission(it) == PERMISSION_GRANTED }

    private fun ask() = requestPermissions(arrayOf(ACCESS_COARSE_LOCATION, ACCESS_FINE_LOCATION), 1)

    /** Asks for no more, and no more often, than a release can tell; until it is cancelled. */
    private suspend fun follow() {
        if (!isAllowed()) return
        var request: LocationRequest? = null
        model.place { request = it.sensing().toLocationRequest() }
        val wanted = request ?: return
        val manager = checkNotNull(getSystemService(LocationManager::class.java))
        manager.providers(this).collectLatest { provider ->
            model.isLocationOff = provider == null
            if (provider != null) manager.locations(provider, wanted).collect { model.take(it) }
        }
    }

    private suspend fun draw() {
        val views = try {
            model.sharing?.let { screens.views(screen, it) }.orEmpty()
        } catch (refused: HereaboutsException) {
            listOf(widgets.text(refused.message.orEmpty(), 15f, bold = true))
        }
        content.removeAllViews()
        model.notice?.let { content.addView(widgets.text(it, 15f, bold = true), widgets.spaced(WRAP_CONTENT)) }
        views.forEach { content.addView(it, widgets.spaced(it.layoutParams?.height ?: WRAP_CONTENT)) }
        bar.removeAllViews()
        for (screen in Screen.entries) bar.addView(tab(screen), LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
    }

    private fun tab(screen: Screen): View {
        val isShown = screen == this.screen
        return widgets.text(screen.title, 12f, bold = isShown, color = if (isShown) Widgets.TEAL else Widgets.GREY).apply {
            gravity = Gravity.CENTER
            with(widgets) { setPadding(0, dp(16), 0, dp(16)) }
            isSelected = isShown
            setOnClickListener { show(screen) }
        }
    }

    private companion object {
        const val SCREEN = "screen"
    }
}

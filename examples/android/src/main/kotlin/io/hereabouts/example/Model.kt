package io.hereabouts.example

import android.location.Location
import io.hereabouts.HereaboutsException
import io.hereabouts.Minimizer
import io.hereabouts.Policy
import io.hereabouts.android.toFix
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/**
 * What goes on, whoever looks: the one minimizer of the process, and the calls to it. All of it is for the main thread.
 *
 * The minimizer is never closed, so that none is used too late: what a call charged is on the disk when it returns, and
 * nobody tells an app that its process ends.
 */
class Model(main: CoroutineDispatcher, private val open: (Policy) -> Minimizer) {
    private val scope = CoroutineScope(SupervisorJob() + main)

    /** One call at a time, in the order in which they were asked for: no late answer comes after a newer one. */
    private val turns = Mutex()
    private val changed = MutableStateFlow(0)

    /** Another number whenever there is something else to show. */
    val changes: StateFlow<Int> get() = changed

    /** What the app knows and does; null before the ledger is open. */
    var sharing: Sharing? = null
        private set

    /** Where the device is, as Android told it; null before it did. */
    var last: Location? = null
        private set

    /** Whether nothing on the device says where it is, since its user turned it off. */
    var isLocationOff: Boolean = false
        set(value) {
            field = value
            changed.value++
        }

    private var unopened: String? = null
    private var unplaced: String? = null
    private var answer: String? = null

    /** What is to be said beside what is shown: why there is no ledger, what came of the last press, what failed by itself. */
    val notice: String? get() = unopened ?: answer ?: unplaced

    /** Says this until something else is to be said; null takes back what was said. */
    fun say(words: String?) {
        answer = words
        unplaced = null
        changed.value++
    }

    /** Opens the ledger, unless it is open. One that failed is tried again. */
    suspend fun start() = turn {
        if (sharing == null) unopened = failureOf {
            sharing = withContext(Dispatchers.IO) { Policy.fromToml(RULES).use { policy -> Sharing(open(policy), policy) } }
        }
    }

    /** Takes where the device is. Whoever is cancelled before its turn has taken nothing; then the rest is done. */
    suspend fun take(location: Location) = place { sharing ->
        location.toFix().use {
            last = location
            sharing.take(it, Here(location.latitude, location.longitude))
        }
    }

    /** What the app does by itself. A failure is shown until it does well again. */
    suspend fun place(work: suspend (Sharing) -> Unit) = turn { unplaced = sharing?.let { failureOf { work(it) } } }

    /** What a user presses is done, whether or not the user stays to see it; and what comes of it, if anything, is said. */
    fun press(work: suspend (Sharing) -> String?) {
        scope.launch(start = CoroutineStart.UNDISPATCHED) {
            turn {
                val sharing = sharing ?: return@turn
                var words: String? = null
                val failure = failureOf { words = work(sharing) }
                answer = failure ?: words
                if (failure == null) unplaced = null
            }
        }
    }

    /** Protects the place where the device is now, as the user sees it who presses. */
    fun protectHere(name: String) {
        val place = last ?: return
        press { sharing -> place.toFix().use { sharing.protectHere(it, name) } }
    }

    /** Forgets where the device is: it is followed no more, and shall be shown and protected nowhere where it was once. */
    fun leave() {
        last = null
        sharing?.forget()
        say(null)
    }

    private suspend fun turn(work: suspend () -> Unit) = turns.withLock {
        // What has begun may be charged: it goes on to its end, and its answer is there when the phone was turned meanwhile.
        withContext(NonCancellable) {
            work()
            changed.value++
        }
    }

    /** What the SDK refuses is told in its own words, which name no place. */
    private suspend fun failureOf(work: suspend () -> Unit): String? =
        try {
            work()
            null
        } catch (refused: HereaboutsException) {
            refused.message
        }
}

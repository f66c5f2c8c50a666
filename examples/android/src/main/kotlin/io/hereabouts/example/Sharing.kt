package io.hereabouts.example

import io.hereabouts.CeilingNow
import io.hereabouts.Disclosure
import io.hereabouts.Fix
import io.hereabouts.Minimizer
import io.hereabouts.Outcome
import io.hereabouts.Policy
import io.hereabouts.Protection
import io.hereabouts.Receipt
import io.hereabouts.Release
import io.hereabouts.Remaining
import io.hereabouts.Sensing
import io.hereabouts.Zone

/** Who is told what for: one row of the first screen. */
data class Line(val purpose: String, val destination: String)

/**
 * Where the device is, for its own screen. It is kept in memory, is never written, and prints nothing.
 *
 * @property latitudeDeg degrees north.
 * @property longitudeDeg degrees east.
 */
class Here(val latitudeDeg: Double, val longitudeDeg: Double) {
    override fun toString(): String = "Here(..)"
}

/** What one destination was told last for one purpose, and why it was told nothing since. */
class Shared(val release: Release?, val isHeld: Boolean, val silence: String?)

/** What the app knows and does, without a view: everything that the screens show comes from here. */
class Sharing(private val minimizer: Minimizer, private val policy: Policy) {
    /** The purposes to the destinations that this app serves. */
    val lines: List<Line> = listOf(Line("weather", "forecast"), Line("stores", "shop"))

    /** Where the device is; null before the first fix. */
    var here: Here? = null
        private set

    /** What was shared last, by line. */
    val shared: Map<Line, Shared> get() = sharedNow

    private val sharedNow = linkedMapOf<Line, Shared>()

    /** Takes a fix: shows it on this device, and hands each destination what it may have of it. */
    suspend fun take(fix: Fix, here: Here) {
        this.here = here
        for (line in lines) {
            val before = sharedNow[line]?.release
            sharedNow[line] = when (val outcome = minimizer.release(fix, line.purpose, line.destination)) {
                is Outcome.Released -> Shared(outcome.release, isHeld = false, silence = null)
                is Outcome.Held -> Shared(outcome.release, isHeld = true, silence = null)
                is Outcome.Withheld -> Shared(before, isHeld = before != null, silence = outcome.text)
            }
        }
    }

    /** Forgets where the device is. What was shared stays known. */
    fun forget() {
        here = null
    }

    /** What to ask of the operating system. */
    suspend fun sensing(): Sensing = minimizer.sensing("weather", "forecast")

    /** When a destination may be told something new at the earliest, in milliseconds since 1970; null if never. */
    suspend fun next(line: Line): Long? = minimizer.sensing(line.purpose, line.destination).nextMillis

    /** What is left to spend. */
    suspend fun remaining(): List<Remaining> = minimizer.remaining()

    /** What can be chosen as the most that is told, from the least to the most. */
    val ceilings: List<String> = listOf(CeilingNow.OFF) + (policy.ceilings - setOf(CeilingNow.OFF, CeilingNow.PRECISE)).sortedDescending() + CeilingNow.PRECISE

    /** The ceiling of each purpose now. */
    suspend fun chosen(): Map<String, String> =
        lines.map { it.purpose }.distinct().associateWith { minimizer.ceiling(it).ceiling }

    /** Chooses the most that is told for a purpose. */
    suspend fun choose(purpose: String, ceiling: String): Unit = minimizer.chooseCeiling(purpose, ceiling)

    /** The newest receipts first. */
    suspend fun receipts(): List<Receipt> {
        val all = mutableListOf<Receipt>()
        while (true) {
            val page = minimizer.receipts(after = all.lastOrNull()?.sequence ?: 0)
            if (page.isEmpty()) return all.asReversed()
            all += page
        }
    }

    /** The places that are protected. */
    suspend fun zones(): List<Zone> = minimizer.zones().zones

    /** Protects the place where the device is; what came of it, in a sentence. */
    suspend fun protectHere(fix: Fix, name: String): String = when (val came = minimizer.protect(fix, name)) {
        is Protection.Drawn -> "“${came.zone.name}” is protected: inside its zone one stand-in goes out, always the same."
        is Protection.Already -> "This place is protected already, as “${came.zone.name}”."
        is Protection.Withheld -> "Not now: ${came.outcome.text}."
    }

    /** Protects a place no more. */
    suspend fun removeZone(name: String): Unit = minimizer.removeZone(name)

    /** What each destination was ever sent. */
    suspend fun disclosures(): List<Disclosure> = lines.map { it.destination }.distinct().map { minimizer.disclosure(it) }
}

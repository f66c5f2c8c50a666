package io.hereabouts.example

import io.hereabouts.Disclosure
import io.hereabouts.PrivacyLoss
import io.hereabouts.Receipt
import io.hereabouts.Remaining
import java.time.Instant
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.util.Locale
import kotlin.math.roundToInt

/**
 * What the screens say. It is code and no resource, so that one source serves the app and its tests, which Maven builds
 * without Android's compiler of resources.
 */
object Words {
    const val NAME = "Hereabouts"
    const val ASK = "To see what would be shared, let this app know where you are. Nothing leaves the phone but what the rules allow."
    const val ALLOW = "Allow location"
    const val DENIED = "Location is denied. The app works without it; it has nothing to share."
    const val WAITING = "Waiting for a first position …"
    const val OFF = "Location is turned off on this device. This goes on by itself once it is on."
    const val HERE = "you, on this device only"
    const val NOTHING_YET = "Nothing was shared yet."
    const val NO_ZONES = "No place is protected."
    const val PROTECT = "Protect this place"
    const val REMOVE = "Remove"
    const val ZONES = "In a protected place everyone is told one and the same stand-in. It is drawn once, for life."
    const val CEILINGS = "The most that is told, whatever else the rules allow."

    private val CLOCK = DateTimeFormatter.ofPattern("d MMM, HH:mm", Locale.UK)

    fun ceiling(name: String): String = when (name) {
        "off" -> "Nothing"
        "region" -> "Region"
        "city" -> "City"
        "precise" -> "As the rules say"
        else -> name
    }

    fun line(line: Line): String = "${line.purpose.replaceFirstChar(Char::uppercase)} → ${line.destination}"

    fun shared(shared: Shared?): String {
        val release = shared?.release ?: return shared?.silence?.let { "Nothing: $it." } ?: NOTHING_YET
        val within = release.accuracyM?.let { "within ${metres(it)} of the cross" } ?: release.place.orEmpty()
        return if (shared.isHeld) "$within; unchanged, and free" else "$within; costs ${loss(release.loss)}"
    }

    fun next(millis: Long?, zone: ZoneId): String =
        if (millis == null) "Next: never" else "Next: not before ${CLOCK.format(Instant.ofEpochMilli(millis).atZone(zone))}"

    fun metres(metres: Double): String =
        if (metres < 1_000) "${metres.roundToInt()} m" else String.format(Locale.UK, "%.1f km", metres / 1_000)

    private fun loss(loss: PrivacyLoss): String = String.format(Locale.UK, "%.2f", loss.value)

    fun remaining(remaining: Remaining): String = String.format(
        Locale.UK, "%.1f of %.1f left in %d h", remaining.remaining.value, remaining.budget.value, (remaining.windowSeconds / 3_600).roundToInt(),
    )

    fun receipt(receipt: Receipt, zone: ZoneId): String {
        val time = CLOCK.format(Instant.ofEpochMilli(receipt.timeMillis).atZone(zone))
        return "$time   ${receipt.purpose} → ${receipt.destination}\n${receipt.grid}${receipt.rule?.let { ", by the $it" }.orEmpty()}, loss ${loss(receipt.loss)}"
    }

    fun disclosure(disclosure: Disclosure): String = buildString {
        append("${disclosure.operator} (${disclosure.jurisdiction}) was sent releases: ${disclosure.releases}")
        if (disclosure.standIns > 0) append(", ${disclosure.standIns} of them stand-ins")
        append(". ")
        append(disclosure.homeWithinM?.let { "From all of them home can be told to within ${metres(it)}. " } ?: "They do not tell a home. ")
        append(disclosure.workWithinM?.let { "Work to within ${metres(it)}. " } ?: "They do not tell a place of work. ")
        append(String.format(Locale.UK, "What they tell is bounded by ε %.2f.", disclosure.lossBoundEpsilon))
    }
}

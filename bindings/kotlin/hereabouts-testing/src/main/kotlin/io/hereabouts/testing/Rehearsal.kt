package io.hereabouts.testing

import io.hereabouts.FixBatch
import io.hereabouts.Handle
import io.hereabouts.HereaboutsException
import io.hereabouts.Policy
import io.hereabouts.ReportException
import io.hereabouts.UnknownNameException
import io.hereabouts.span
import io.hereabouts.ffi.BrokenPromise as CoreBroken
import io.hereabouts.ffi.Rehearsal as CoreRehearsal
import io.hereabouts.ffi.RehearsalOptions as CoreOptions

/**
 * A policy tried on a recorded journey before any user lives it: it goes through the real minimizer, many times, each with
 * fresh noise, and an adversary who holds everything that was sent is let loose on it. The noise is seeded: a test that passed
 * passes again.
 *
 * ```
 * Rehearsal.run(policy, journey).use { rehearsal ->
 *     rehearsal.assertSpendsAtMost(loss = 8.0, windowSeconds = 86_400)
 *     rehearsal.assertHomeUncertain(metres = 400.0, days = 30)
 *     rehearsal.assertOnlyFields(Rehearsal.placeAndTime())
 * }
 * ```
 *
 * An assertion that fails throws [BrokenPromiseError], whose message is the same in every language of this library. One about
 * no time at all, such as none or fewer seconds, is an [IllegalArgumentException].
 */
public class Rehearsal internal constructor(core: CoreRehearsal) : AutoCloseable {
    private val handle = Handle(core, "Rehearsal")

    /** On this journey no window of so many seconds, wherever it is laid, holds more than so much privacy loss. */
    public fun assertSpendsAtMost(loss: Double, windowSeconds: Long): Unit =
        kept { it.spendsAtMost(loss, span("windowSeconds", windowSeconds)) }

    /** The policy allows no more than so much privacy loss in any window of so many seconds, whatever the journey. */
    public fun assertAllowsAtMost(loss: Double, windowSeconds: Long): Unit =
        kept { it.allowsAtMost(loss, span("windowSeconds", windowSeconds)) }

    /** After so many days the best attack on home is still off by at least so many metres, on average over the runs. */
    public fun assertHomeUncertain(metres: Double, days: Int): Unit =
        kept { it.homeUncertain(metres, span("days", days.toLong()).toUInt()) }

    /** The same of the place where one works. */
    public fun assertWorkUncertain(metres: Double, days: Int): Unit =
        kept { it.workUncertain(metres, span("days", days.toLong()).toUInt()) }

    /** A release never has a field besides these. */
    public fun assertOnlyFields(fields: List<String>): Unit = kept { it.onlyFields(fields) }

    /** At most such a share of what is sent can be linked, by its time alone, to one entry of a log of the raw fixes. */
    public fun assertLinkedAtMost(share: Double): Unit = kept { it.linkedAtMost(share) }

    /** What was told last is on average at most so many metres from the truth. */
    public fun assertErrorAtMost(metres: Double): Unit = kept { it.errorAtMost(metres) }

    /** At least such a share of the requests is answered. */
    public fun assertAnswersAtLeast(share: Double): Unit = kept { it.answersAtLeast(share) }

    /** Every attack on every run, as JSON. It holds no place. */
    @Throws(HereaboutsException::class)
    public fun findingsJson(): String = handle.use { it.findingsJson() }

    /** Frees the rehearsal. Using it afterwards is an [IllegalStateException]. */
    override fun close(): Unit = handle.close()

    private fun kept(promise: (CoreRehearsal) -> CoreBroken?) {
        handle.use(promise)?.let { throw BrokenPromiseError(it) }
    }

    /** How rehearsals are held. */
    public companion object {
        /**
         * Tries a policy on a journey.
         *
         * @throws ReportException if the journey is empty.
         * @throws UnknownNameException if the policy lacks a purpose or a destination of the options.
         */
        @JvmStatic
        @JvmOverloads
        @Throws(HereaboutsException::class)
        public fun run(policy: Policy, journey: FixBatch, options: RehearsalOptions = RehearsalOptions()): Rehearsal =
            policy.handle.use { core -> journey.handle.use { Rehearsal(CoreRehearsal.run(core, it, options.core, null)) } }

        /** The fields of a release that keeps nothing beside place and time. */
        @JvmStatic
        public fun placeAndTime(): List<String> = io.hereabouts.ffi.placeAndTime()
    }
}

/**
 * What is rehearsed, how long, and how often.
 *
 * @param purposes the purposes that the app asks for; none named: all that the policy has.
 * @param destinations the destinations of which the adversary holds everything; none named: all that the policy has.
 * @param days the journey is lived again and again until it covers at least so many days.
 * @param runs how many times the whole is replayed, each with fresh noise.
 * @param seed the same seed repeats a rehearsal to the last digit.
 */
public class RehearsalOptions @JvmOverloads constructor(
    purposes: List<String> = emptyList(),
    destinations: List<String> = emptyList(),
    days: Int = 30,
    runs: Int = 20,
    seed: Long = 1,
) {
    internal val core = CoreOptions(
        purposes, destinations, days.coerceAtLeast(0).toUInt(), runs.coerceAtLeast(0).toUInt(), seed.toULong(),
    )
}

/** A promise that a rehearsal did not keep. It names no place, so that it may stand in the log of a build server. */
public class BrokenPromiseError internal constructor(private val core: CoreBroken) : AssertionError(core.text) {
    /** What was promised. */
    public val promise: String get() = core.promise

    /** What was found instead. */
    public val found: String get() = core.found

    /** When on the journey, in milliseconds since 1970, if it has a time. */
    public val atMillis: Long? get() = core.atMs

    /** Which line of the policy to change, or what else to do. */
    public val change: String get() = core.change
}

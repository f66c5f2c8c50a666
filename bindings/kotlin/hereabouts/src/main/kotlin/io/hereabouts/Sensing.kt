package io.hereabouts

import io.hereabouts.ffi.AccuracyClass as CoreClass
import io.hereabouts.ffi.Sensing as CoreSensing

/** What to ask of the operating system for a purpose, and when. It follows from policy, clock and account alone. */
public class Sensing internal constructor(private val core: CoreSensing) {
    /** How accurately to measure: the coarsest that suffices. */
    public val accuracy: Accuracy
        get() = when (core.accuracy) {
            CoreClass.BEST -> Accuracy.BEST
            CoreClass.TEN_METRES -> Accuracy.TEN_METRES
            CoreClass.HUNDRED_METRES -> Accuracy.HUNDRED_METRES
            CoreClass.KILOMETRE -> Accuracy.KILOMETRE
            CoreClass.THREE_KILOMETRES -> Accuracy.THREE_KILOMETRES
            CoreClass.APPROXIMATE -> Accuracy.APPROXIMATE
        }

    /** The greatest 68 % radius of a fix, in metres, that leaves the release as good as it can be. */
    public val neededAccuracyM: Double get() = core.neededAccuracyM

    /**
     * The earliest time at which a fix makes a difference, in milliseconds since 1970: now or earlier, if one does already;
     * null if it never will. Until then switch the sensor off.
     */
    public val nextMillis: Long? get() = core.nextMs

    /** How old a fix may be that the operating system has at hand, in milliseconds: for `setMaxUpdateAgeMillis`. */
    public val maximumAgeMillis: Long get() = core.maximumAgeMs.toLong()

    /** The constant for the fused provider's `setPriority`, by name. */
    public val priority: String get() = core.androidPriority

    /** The constant for the fused provider's `setGranularity`, by name. Coarse needs `ACCESS_COARSE_LOCATION` alone. */
    public val granularity: String get() = core.androidGranularity

    /** How accurately, and when. */
    override fun toString(): String = "Sensing(accuracy=$accuracy, nextMillis=$nextMillis)"

    /** How accurately the operating system is to measure. */
    public enum class Accuracy {
        /** As accurate as can be: finer than ten metres. */
        BEST,

        /** Ten metres: satellites. */
        TEN_METRES,

        /** A hundred metres: Wi-Fi and cell towers. */
        HUNDRED_METRES,

        /** A kilometre. */
        KILOMETRE,

        /** Three kilometres: the approximate location of Android suffices. */
        THREE_KILOMETRES,

        /** Twenty kilometres. */
        APPROXIMATE,
    }
}

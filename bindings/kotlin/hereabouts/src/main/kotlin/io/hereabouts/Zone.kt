package io.hereabouts

import io.hereabouts.ffi.Protected as CoreProtected
import io.hereabouts.ffi.Zone as CoreZone
import io.hereabouts.ffi.Zones as CoreZones

/** A place that the user protects: the disc around one draw of noise, made once for life. Nothing of the place is kept. */
public class Zone internal constructor(private val core: CoreZone) {
    /** What the user calls it. */
    public val name: String get() = core.name

    /** Degrees north of the disc's centre: the place, moved by noise. An app may draw the disc on the user's map. */
    public val centreLatitudeDeg: Double get() = core.centreLatitudeDeg

    /** Degrees east of the disc's centre. */
    public val centreLongitudeDeg: Double get() = core.centreLongitudeDeg

    /** The radius of the disc in metres. */
    public val radiusM: Double get() = core.radiusM

    /** When it was drawn, by the ledger's time, in milliseconds since 1970. */
    public val sinceMillis: Long get() = core.sinceMs

    /** Whether the other is the same disc under the same name. */
    override fun equals(other: Any?): Boolean = other is Zone && other.core == core

    /** A hash of all that it says. */
    override fun hashCode(): Int = core.hashCode()

    /** Tells nothing: a name may hold an address. */
    override fun toString(): String = "Zone(..)"
}

/** The zones that are on, and what all that were ever drawn cost for life. */
public class Zones internal constructor(private val core: CoreZones) {
    /** The zones that are on. */
    public val zones: List<Zone> = core.zones.map(::Zone)

    /** How many were ever drawn, those that are off included. */
    public val draws: Long get() = core.draws.toLong()

    /** What their draws cost for life. */
    public val loss: PrivacyLoss get() = PrivacyLoss(core.loss)

    /** How many are on. */
    override fun toString(): String = "Zones(${zones.size})"
}

/** What came of the wish to protect a place. */
public sealed interface Protection {
    /** A zone was drawn, and charged. */
    public class Drawn internal constructor(
        /** The zone. */
        public val zone: Zone,
    ) : Protection

    /** The place lies in the disc of a zone that was drawn before. It is on now. */
    public class Already internal constructor(
        /** The zone. */
        public val zone: Zone,
    ) : Protection

    /** Nothing was drawn: the budget has no room for it. */
    public class Withheld internal constructor(
        /** Why, and until when. */
        public val outcome: Outcome.Withheld,
    ) : Protection
}

internal fun CoreProtected.told(): Protection = when (this) {
    is CoreProtected.Drawn -> Protection.Drawn(Zone(zone))
    is CoreProtected.Already -> Protection.Already(Zone(zone))
    is CoreProtected.Withheld -> Protection.Withheld(Outcome.Withheld(withheld))
}

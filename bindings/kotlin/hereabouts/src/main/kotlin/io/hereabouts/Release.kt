package io.hereabouts

import io.hereabouts.ffi.PrivacyLoss as CoreLoss
import io.hereabouts.ffi.Release as CoreRelease

/**
 * What leaves the phone: place and time, and what the policy keeps. Only a [Minimizer] makes one, and only after its loss was
 * charged.
 *
 * To a sealed destination goes what it was sealed into: [json] is that message, and the other written forms are null. What
 * the properties say is then for the device itself.
 */
public class Release internal constructor(private val core: CoreRelease) {
    /** What the app wants the location for, as the policy names it. */
    public val purpose: String get() = core.purpose

    /** Degrees north of the cell's centre, WGS 84; null where a place is told by its name. */
    public val latitudeDeg: Double? get() = core.latitudeDeg

    /** Degrees east of the cell's centre, likewise. */
    public val longitudeDeg: Double? get() = core.longitudeDeg

    /** The grid, as "h3:6"; or the places of which one may be named, as "places:countries". */
    public val grid: String get() = core.grid

    /** The cell's name in the grid; null where a place is told by its name. */
    public val cell: String? get() = core.cell

    /** The name of the place that is told; null if it is a cell, or if no place holds all of where the truth is likely to be. */
    public val place: String? get() = core.place

    /** The radius in metres that holds the truth with probability 68 %: what `Location.getAccuracy` means. */
    public val accuracyM: Double? get() = core.accuracyM

    /** When the release was decided, rounded down to the policy's time bucket, in milliseconds since 1970. */
    public val timeMillis: Long get() = core.timeMs

    /** The length of the time bucket in seconds. */
    public val spanSeconds: Long get() = core.spanS.toLong()

    /** The altitude in metres, where the policy keeps it and the fix had it. */
    public val altitudeM: Double? get() = core.altitudeM

    /** The speed in metres a second, where the policy keeps it and the fix had it. */
    public val speedMS: Double? get() = core.speedMS

    /** The course in degrees clockwise from true north, where the policy keeps it and the fix had it. */
    public val courseDeg: Double? get() = core.courseDeg

    /** What it cost: nothing if it is a further view of what was paid. It stays on the device. */
    public val loss: PrivacyLoss get() = PrivacyLoss(core.loss)

    /** Whether its destination is sealed: then nothing but [json], the sealed message, may be sent. */
    public val isSealed: Boolean get() = core.isSealed

    /** What may be sent, as one line of JSON that Rust wrote: the release, or the message that it was sealed into. */
    public val json: String get() = core.json

    /** The release as a GeoJSON feature (RFC 7946); null if its destination is sealed. */
    public val geoJson: String? get() = core.geojson

    /** The release as a `geo:` URI (RFC 5870) with its accuracy as the uncertainty; null if its destination is sealed. */
    public val geoUri: String? get() = core.geoUri

    /** Whether the other says the same, to the last digit. */
    override fun equals(other: Any?): Boolean = other is Release && other.core == core

    /** A hash of all that it says. */
    override fun hashCode(): Int = core.hashCode()

    /** What for, and how coarse; not where. */
    override fun toString(): String = "Release(purpose=$purpose, grid=$grid)"
}

/** Privacy loss: ε, or ρ where the policy counts that, at the protected radius. */
public class PrivacyLoss internal constructor(private val core: CoreLoss) : Comparable<PrivacyLoss> {
    /** In whole billionths: exact. */
    public val billionths: Long get() = core.billionths.toLong()

    /** As a number, for people and formulas. */
    public val value: Double get() = core.value

    /** Which of the two is the greater loss. */
    override fun compareTo(other: PrivacyLoss): Int = core.billionths.compareTo(other.core.billionths)

    /** Whether the other is as much. */
    override fun equals(other: Any?): Boolean = other is PrivacyLoss && other.core.billionths == core.billionths

    /** A hash of the billionths. */
    override fun hashCode(): Int = core.billionths.hashCode()

    /** The number. */
    override fun toString(): String = value.toString()
}

package io.hereabouts

import io.hereabouts.ffi.CeilingParts
import io.hereabouts.ffi.DestinationParts
import io.hereabouts.ffi.FloorParts
import io.hereabouts.ffi.GridParts
import io.hereabouts.ffi.KeptField
import io.hereabouts.ffi.MechanismParts
import io.hereabouts.ffi.PurposeParts
import io.hereabouts.ffi.RepeatParts
import io.hereabouts.ffi.WhenSpent

/** A field of a fix that may be kept beside place and time, without noise. */
public enum class Kept {
    /** The altitude. */
    ALTITUDE,

    /** The speed. */
    SPEED,

    /** The course. */
    COURSE,
    ;

    internal fun part(): KeptField = when (this) {
        ALTITUDE -> KeptField.ALTITUDE
        SPEED -> KeptField.SPEED
        COURSE -> KeptField.COURSE
    }
}

/** One purpose. Mechanism, repeat, grid, interval and time bucket must be said. */
@PolicyDsl
public class PurposeBuilder internal constructor() {
    private var mechanism: MechanismParts? = null
    private var repeat: RepeatParts? = null
    private var grid: GridParts? = null
    private var intervalSeconds: Long? = null
    private var timeBucketSeconds: Long? = null
    private var keep = listOf<Kept>()
    private var whenSpent: WhenSpent? = null
    private var ceiling: String? = null

    /** Planar Laplace noise, with the privacy loss of one draw. */
    public fun planarLaplace(epsilon: Double): PurposeBuilder = apply { mechanism = MechanismParts.PlanarLaplace(epsilon) }

    /** Discrete Gaussian noise, for zcdp accounting, with the privacy loss of one draw. */
    public fun gaussian(rho: Double): PurposeBuilder = apply { mechanism = MechanismParts.Gaussian(rho) }

    /** A new draw on each tick, each charged. */
    public fun fresh(): PurposeBuilder = apply { repeat = RepeatParts.Fresh }

    /**
     * The draw stands while a noisy test says that one is still within so many metres of it; a stay is charged once. Before a
     * new draw, so many of the last are asked whether one of them can be recalled.
     */
    @JvmOverloads
    public fun hold(withinM: Long, epsilon: Double, recall: Int = 0): PurposeBuilder = apply {
        repeat = RepeatParts.Hold(whole(withinM), epsilon, small(recall))
    }

    /** Cells with an edge in metres. */
    public fun metric(edgeM: Double): PurposeBuilder = apply { grid = GridParts.Metric(edgeM) }

    /** Degrees rounded to decimals. */
    public fun decimal(places: Int): PurposeBuilder = apply { grid = GridParts.Decimal(small(places)) }

    /** Geohash, by its letters. */
    public fun geohash(length: Int): PurposeBuilder = apply { grid = GridParts.Geohash(small(length)) }

    /** H3 hexagons. */
    public fun h3(resolution: Int): PurposeBuilder = apply { grid = GridParts.H3(small(resolution)) }

    /** S2 cells. */
    public fun s2(level: Int): PurposeBuilder = apply { grid = GridParts.S2(small(level)) }

    /** Open Location Code, by the digits of the code. */
    public fun openLocationCode(length: Int): PurposeBuilder = apply { grid = GridParts.OpenLocationCode(small(length)) }

    /**
     * Places with names, of a file that [PolicyBuilder.file] gave: one is told without coordinates if it holds the whole area in
     * which the truth is likely to lie. [nameProperty] is the property that holds the name of a place.
     */
    @JvmOverloads
    public fun places(file: String, nameProperty: String = "name"): PurposeBuilder = apply {
        grid = GridParts.Places(file, nameProperty)
    }

    /** The time between ticks: one decision on each. */
    public fun intervalSeconds(seconds: Long): PurposeBuilder = apply { intervalSeconds = seconds }

    /** The span that a release's time is told to. */
    public fun timeBucketSeconds(seconds: Long): PurposeBuilder = apply { timeBucketSeconds = seconds }

    /** What goes out beside place and time, without noise. */
    public fun keep(vararg fields: Kept): PurposeBuilder = apply { keep = fields.toList() }

    /** On a tick for which the budget has no room nothing goes out. */
    public fun withholdWhenSpent(): PurposeBuilder = apply { whenSpent = WhenSpent.WITHHOLD }

    /** On a tick for which the budget has no room the last release stands, unasked. */
    public fun holdWhenSpent(): PurposeBuilder = apply { whenSpent = WhenSpent.HOLD }

    /** The ceiling that it is under until its user chooses one. */
    public fun ceiling(name: String): PurposeBuilder = apply { ceiling = name }

    internal fun parts(): PurposeParts = PurposeParts(
        mechanism = said(mechanism, "the noise", "planarLaplace(0.5)"),
        repeat = said(repeat, "what happens on each tick", "hold(10_000, 0.5, 16)"),
        grid = said(grid, "the grid", "h3(6)"),
        intervalS = whole(said(intervalSeconds, "the time between ticks", "intervalSeconds(3_600)")),
        timeBucketS = whole(said(timeBucketSeconds, "the span that times are told to", "timeBucketSeconds(3_600)")),
        keep = keep.map(Kept::part),
        whenSpent = whenSpent,
        ceiling = ceiling,
    )
}

/** The least size of what may go somewhere. Several tests may stand together: the strictest wins. */
@PolicyDsl
public class FloorBuilder internal constructor() {
    private var areaKm2: Double? = null
    private var radiusM: Double? = null
    private var decimals: Int? = null
    private var preset: String? = null
    private var coarsens = true

    /** The least area of a cell, in square kilometres. */
    public fun areaKm2(areaKm2: Double): FloorBuilder = apply { this.areaKm2 = areaKm2 }

    /** The least radius in metres of a circle that every cell holds around its centre. */
    public fun radiusM(radiusM: Double): FloorBuilder = apply { this.radiusM = radiusM }

    /** The most digits after the point of a printed degree. */
    public fun decimals(decimals: Int): FloorBuilder = apply { this.decimals = decimals }

    /** The threshold of a law or a store, by its name: [Policy.presets] has them. */
    public fun preset(name: String): FloorBuilder = apply { preset = name }

    /** A purpose whose grid fails is refused, where its grid would else be made coarser. */
    public fun withoutCoarsening(): FloorBuilder = apply { coarsens = false }

    internal fun parts(): FloorParts = FloorParts(areaKm2, radiusM, decimals?.let(::small), preset, coarsens)
}

/** What a user can choose as the most that is told for a purpose. It wins where it is the coarser. */
@PolicyDsl
public class CeilingBuilder internal constructor() {
    private var floor = FloorBuilder().parts()
    private var intervalSeconds: Long? = null
    private var keep: List<Kept>? = null

    /** The least size of what is told. */
    public fun floor(describe: Description<FloorBuilder>): CeilingBuilder = apply { floor = described(describe) }

    /** The least time between two releases to a destination. */
    public fun intervalSeconds(seconds: Long): CeilingBuilder = apply { intervalSeconds = seconds }

    /** The only fields that may still go. */
    public fun keep(vararg fields: Kept): CeilingBuilder = apply { keep = fields.toList() }

    internal fun parts(): CeilingParts = CeilingParts(floor, intervalSeconds?.let(::whole), keep?.map(Kept::part))
}

/** Where releases go, and under whose rule. */
@PolicyDsl
public class DestinationBuilder internal constructor(private val jurisdiction: String, private val operator: String) {
    private var keys: String? = null
    private var sealTo: String? = null
    private var floor: FloorParts? = null
    private var retentionSeconds: Long? = null
    private var intervalSeconds: Long? = null
    private var keep: List<Kept>? = null

    /** Everything is sealed to a public key, whose secret key this one holds: the operator cannot read it. */
    public fun sealedTo(publicKey: String, keyHolder: String): DestinationBuilder = apply {
        sealTo = publicKey
        keys = keyHolder
    }

    /** Who can open what is stored there, where it is not the operator. */
    public fun keys(keyHolder: String): DestinationBuilder = apply { keys = keyHolder }

    /** The least size of what may go there. */
    public fun floor(describe: Description<FloorBuilder>): DestinationBuilder = apply { floor = described(describe) }

    /** How long the operator says that it keeps what it gets. */
    public fun retentionSeconds(seconds: Long): DestinationBuilder = apply { retentionSeconds = seconds }

    /** The least time between two releases to it. */
    public fun intervalSeconds(seconds: Long): DestinationBuilder = apply { intervalSeconds = seconds }

    /** The only fields that may go there beside place and time. */
    public fun keep(vararg fields: Kept): DestinationBuilder = apply { keep = fields.toList() }

    internal fun parts(): DestinationParts = DestinationParts(
        jurisdiction, operator, keys, sealTo, floor, retentionSeconds?.let(::whole), intervalSeconds?.let(::whole),
        keep?.map(Kept::part),
    )
}

internal fun described(describe: Description<FloorBuilder>): FloorParts =
    FloorBuilder().also { with(describe) { it.describe() } }.parts()

private fun <T> said(part: T?, what: String, example: String): T =
    checkNotNull(part) { "a purpose must say $what: such as `$example`" }

/** What is below zero or above 255 is as wrong as 255 is everywhere that a small number is asked for, and the policy says so. */
private fun small(number: Int): UByte = (if (number in 0..255) number else 255).toUByte()

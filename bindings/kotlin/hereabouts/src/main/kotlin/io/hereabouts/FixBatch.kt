package io.hereabouts

import io.hereabouts.ffi.FixBatch as CoreBatch

/**
 * Many fixes behind one handle, as secret as each of them: for what was collected while the app slept, and for replays. To
 * hand over a thousand so costs little more than to hand over one.
 */
public class FixBatch internal constructor(core: CoreBatch) : AutoCloseable {
    internal val handle: Handle<CoreBatch> = Handle(core, "FixBatch")

    /** How many fixes there are. */
    public val size: Int get() = handle.use { it.size().toInt() }

    /** Frees the fixes. Closing them again does nothing; using them afterwards is an [IllegalStateException]. */
    override fun close(): Unit = handle.close()

    /** Tells nothing. */
    override fun toString(): String = "FixBatch(..)"

    /** How batches are made. */
    public companion object {
        /**
         * Fixes in WGS 84, one array for each of their numbers, all of one length; an accuracy that is NaN was not measured.
         *
         * @throws InvalidFixException if the arrays differ in length, or one of the fixes cannot be: then there is no batch.
         */
        @JvmStatic
        @Throws(HereaboutsException::class)
        public fun wgs84(
            latitudesDeg: DoubleArray,
            longitudesDeg: DoubleArray,
            timesMillis: LongArray,
            horizontalAccuraciesM: DoubleArray,
        ): FixBatch = crossing {
            FixBatch(
                CoreBatch.wgs84(latitudesDeg.asList(), longitudesDeg.asList(), timesMillis.asList(), horizontalAccuraciesM.asList()),
            )
        }
    }
}

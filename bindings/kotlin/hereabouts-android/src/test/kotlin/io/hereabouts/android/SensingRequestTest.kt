package io.hereabouts.android

import android.os.Build
import io.hereabouts.Minimizer
import io.hereabouts.Sensing
import io.hereabouts.Sensing.Accuracy
import io.hereabouts.policy
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What the operating system is asked for, for each class of accuracy: in numbers, since the system reads those. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 34, 35])
class SensingRequestTest {
    /** A policy of which a class follows, and what is asked for then. */
    private class Row(
        val accuracy: Accuracy,
        val radiusM: Double,
        val edgeM: Double,
        val intervalSeconds: Long,
        val quality: Int,
        val intervalMillis: Long,
        val isCoarse: Boolean,
    )

    private val rows = listOf(
        Row(Accuracy.BEST, radiusM = 5.0, edgeM = 10.0, intervalSeconds = 60, quality = 100, intervalMillis = 60_000, isCoarse = false),
        Row(Accuracy.TEN_METRES, radiusM = 5.0, edgeM = 200.0, intervalSeconds = 61, quality = 100, intervalMillis = 61_000, isCoarse = false),
        Row(Accuracy.HUNDRED_METRES, 200.0, 1_000.0, 900, quality = 102, intervalMillis = 900_000, isCoarse = false),
        Row(Accuracy.KILOMETRE, 200.0, 10_000.0, 3_600, quality = 102, intervalMillis = 3_600_000, isCoarse = false),
        Row(Accuracy.THREE_KILOMETRES, 200.0, 40_000.0, 86_400, quality = 102, intervalMillis = 86_400_000, isCoarse = true),
        Row(Accuracy.APPROXIMATE, 200.0, 200_000.0, 604_800, quality = 104, intervalMillis = 604_800_000, isCoarse = true),
    )

    private fun sensing(row: Row): Sensing {
        val policy = policy(row.radiusM) {
            budget(8.0, 86_400)
            purpose("run") { planarLaplace(0.5).fresh().metric(row.edgeM).intervalSeconds(row.intervalSeconds).timeBucketSeconds(900) }
            destination("eu", "DE", "Example Weather GmbH")
        }
        return Minimizer.inMemory(policy).use { it.sensingBlocking("run", "eu") }
    }

    @Test
    fun `every class of accuracy is in the table, by a policy of which it follows`() {
        assertEquals(Accuracy.entries, rows.map { it.accuracy })
        for (row in rows) assertEquals(row.accuracy, sensing(row).accuracy)
    }

    @Test
    fun `what suffices is asked for by Android's numbers, before Android 12 as well`() {
        for (row in rows) {
            val sensing = sensing(row)
            assertEquals("${row.accuracy}", row.quality, sensing.quality)
            assertEquals("${row.accuracy}", row.isCoarse, sensing.isCoarsePermissionEnough)
            assertEquals("as the fused provider is told", row.isCoarse, sensing.granularity == "GRANULARITY_COARSE")
        }
    }

    @Test
    @Config(sdk = [34, 35])
    fun `a request asks for no more, and no more often, than a release can tell`() {
        for (row in rows) {
            val request = sensing(row).toLocationRequest()
            assertEquals("${row.accuracy}", row.quality, request.quality)
            assertEquals("${row.accuracy}", row.intervalMillis, request.intervalMillis)
            assertEquals("not even when other apps ask", row.intervalMillis, request.minUpdateIntervalMillis)
            assertEquals("how far one went is no reason", 0f, request.minUpdateDistanceMeters)
            assertEquals("none is kept back to come late", 0L, request.maxUpdateDelayMillis)
            assertEquals("until the flow is no longer collected", Long.MAX_VALUE, request.durationMillis)
            assertEquals("until the flow is no longer collected", Int.MAX_VALUE, request.maxUpdates)
        }
    }

    /** `LocationRequest` is no class of an app's before Android 12, as the annotation says. */
    @Test
    @Config(sdk = [24])
    fun `before Android 12 there is no request to be made`() {
        assertTrue(Build.VERSION.SDK_INT < Build.VERSION_CODES.S)
        assertThrows(LinkageError::class.java) { sensing(rows[0]).toLocationRequest() }
    }
}

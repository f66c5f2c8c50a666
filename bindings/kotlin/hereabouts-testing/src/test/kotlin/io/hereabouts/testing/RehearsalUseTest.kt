package io.hereabouts.testing

import io.hereabouts.FixBatch
import io.hereabouts.Policy
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import java.io.File

/** How a rehearsal is used wrongly. */
class RehearsalUseTest {
    private fun policy() = Policy.read(File(System.getProperty("hereabouts.policies"), "weather.toml").path)

    private fun night(): FixBatch {
        val times = LongArray(8) { 1_718_841_600_000L + 3_600_000L * it }
        return FixBatch.wgs84(DoubleArray(8) { 52.0907 }, DoubleArray(8) { 5.1214 }, times, DoubleArray(8) { Double.NaN })
    }

    private val short = RehearsalOptions(days = 1, runs = 1)

    @Test
    fun `what is closed is an illegal state, as an argument too`() {
        val rehearsal = Rehearsal.run(policy(), night(), short).apply { repeat(3) { close() } }
        val uses = listOf<Pair<String, () -> Any?>>(
            "Rehearsal" to { rehearsal.findingsJson() },
            "Rehearsal" to { rehearsal.assertErrorAtMost(1e6) },
            "FixBatch" to { Rehearsal.run(policy(), night().apply { close() }, short) },
            "Policy" to { Rehearsal.run(policy().apply { close() }, night(), short) },
            "Policy" to { SeededMinimizers.replaying(policy().apply { close() }, 1) },
        )
        for ((name, use) in uses) {
            assertEquals("this $name is closed: make a new one", assertThrows(IllegalStateException::class.java) { use() }.message)
        }
    }

    /** -1 would cross as the longest time there is, which holds every promise about the least, or none about the most. */
    @Test
    fun `a promise about no time is none`() {
        Rehearsal.run(policy(), night(), short).use { rehearsal ->
            for (time in listOf(-1, 0)) {
                val promises = listOf<Rehearsal.() -> Unit>(
                    { assertSpendsAtMost(8.0, time.toLong()) }, { assertAllowsAtMost(8.0, time.toLong()) },
                    { assertHomeUncertain(1.0, time) }, { assertWorkUncertain(1.0, time) },
                )
                for (promise in promises) assertThrows(IllegalArgumentException::class.java) { rehearsal.promise() }
            }
        }
    }
}

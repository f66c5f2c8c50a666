package io.hereabouts.testing

import io.hereabouts.Fix
import io.hereabouts.FixBatch
import io.hereabouts.HereaboutsException
import io.hereabouts.Minimizer
import io.hereabouts.Outcome
import io.hereabouts.Policy
import io.hereabouts.ReportException
import io.hereabouts.UnknownNameException
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

class RehearsalTest {
    private fun example(name: String) = Policy.read(File(System.getProperty("hereabouts.policies"), name).path)

    /** A night at one place. */
    private fun night(): FixBatch {
        val times = LongArray(8) { 1_718_841_600_000L + 3_600_000L * it }
        return FixBatch.wgs84(DoubleArray(8) { 52.0907 }, DoubleArray(8) { 5.1214 }, times, DoubleArray(8) { Double.NaN })
    }

    private val threeDays = RehearsalOptions(purposes = listOf("pick-up"), days = 3, runs = 3)

    @Test
    fun `a promise that is kept says nothing`() {
        Rehearsal.run(example("weather.toml"), night(), RehearsalOptions(days = 3, runs = 3)).use { rehearsal ->
            rehearsal.assertSpendsAtMost(loss = 8.1, windowSeconds = 86_400)
            rehearsal.assertAllowsAtMost(loss = 8.0, windowSeconds = 86_400)
            rehearsal.assertOnlyFields(Rehearsal.placeAndTime())
            rehearsal.assertHomeUncertain(metres = 10.0, days = 3)
            rehearsal.assertLinkedAtMost(share = 1.0)
            rehearsal.assertErrorAtMost(metres = 10_000.0)
            rehearsal.assertAnswersAtLeast(share = 0.5)
            assertTrue(rehearsal.findingsJson().startsWith("{\"purposes\":[\"weather\"]"))
        }
    }

    @Test
    fun `a promise that is broken has Rust's text, and names no place`() {
        Rehearsal.run(example("ride-sharing.toml"), night(), threeDays).use { rehearsal ->
            val broken = assertThrows(BrokenPromiseError::class.java) { rehearsal.assertHomeUncertain(metres = 4_000.0, days = 3) }
            assertEquals("home stays at least 4000 m uncertain after 3 days", broken.promise)
            assertTrue(broken.message!!.startsWith("${broken.promise}: broken\n  found:  ${broken.found}\n  when:   2024-06-"), broken.message)
            assertTrue(broken.message!!.endsWith("\n  change: ${broken.change}"))
            for (secret in listOf("52.09", "5.12", "0907", "1214")) assertFalse(broken.toString().contains(secret))
            val others = listOf<Rehearsal.() -> Unit>(
                { assertSpendsAtMost(0.001, 86_400) },
                { assertAllowsAtMost(0.001, 86_400) },
                { assertWorkUncertain(100.0, 3) }, // the journey shows no work
                { assertOnlyFields(Rehearsal.placeAndTime()) }, // it keeps the course
                { assertLinkedAtMost(-1.0) },
                { assertErrorAtMost(0.1) },
                { assertAnswersAtLeast(1.1) },
            )
            for (other in others) assertThrows(BrokenPromiseError::class.java) { rehearsal.other() }
        }
    }

    @Test
    fun `what cannot be rehearsed is an exception`() {
        val empty = FixBatch.wgs84(doubleArrayOf(), doubleArrayOf(), longArrayOf(), doubleArrayOf())
        val failures = listOf(
            ReportException::class.java to { Rehearsal.run(example("weather.toml"), empty) },
            ReportException::class.java to { Rehearsal.run(example("weather.toml"), night(), RehearsalOptions(runs = 0)) },
            ReportException::class.java to { Rehearsal.run(example("weather.toml"), night(), RehearsalOptions(days = -1)) },
            UnknownNameException::class.java to { Rehearsal.run(example("weather.toml"), night(), threeDays) },
        )
        for ((type, fail) in failures) {
            val error: HereaboutsException = assertThrows(type) { fail() }
            assertFalse(error.message!!.contains("52"))
        }
    }

    @Test
    fun `noise repeats with its seed, and with no other`() {
        val releases = { seed: Long ->
            SeededMinimizers.replaying(example("weather.toml"), seed).use { minimizer ->
                val outcome = minimizer.releaseBlocking(Fix.wgs84(52.0907, 5.1214, 1_718_841_600_000L), "weather", "eu")
                (outcome as Outcome.Released).release.json
            }
        }
        assertEquals(releases(7), releases(7))
        assertTrue((1L..20L).map { releases(it) }.toSet().size > 1)
    }

    @Test
    fun `a clock of a test moves when it is told to`() {
        val clock = FakeClock(1_718_841_600_000L)
        Minimizer.inMemory(example("weather.toml"), clock).use { minimizer ->
            val fix = Fix.wgs84(52.0907, 5.1214, clock.wallMillis)
            assertTrue(minimizer.releaseBlocking(fix, "weather", "eu") is Outcome.Released)
            assertTrue(minimizer.releaseBlocking(fix, "weather", "eu") is Outcome.Withheld)
            clock.advanceMillis(900_000)
            assertFalse(minimizer.releaseBlocking(fix, "weather", "eu") is Outcome.Withheld)
        }
    }
}

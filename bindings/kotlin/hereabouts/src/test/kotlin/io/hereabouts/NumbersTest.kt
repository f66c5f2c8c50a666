package io.hereabouts

import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A number below zero is what a wrong subtraction leaves: it does nothing, least of all what zero would do. */
class NumbersTest {
    @Test
    fun `nothing is forgotten by mistake`() {
        Minimizer.replaying(weather()).use { minimizer ->
            minimizer.releaseBlocking(fixAt(NINE), "weather", "eu")
            minimizer.releaseBlocking(fixAt(NINE + QUARTER), "weather", "eu")
            for (seconds in listOf(-1L, 0L, Long.MIN_VALUE)) {
                val error = assertThrows(IllegalArgumentException::class.java) { minimizer.eraseBlocking(seconds) }
                assertEquals("olderThanSeconds is $seconds: it must be above zero", error.message)
            }
            assertNotNull(minimizer.receiptsBlocking().first().cell)
            assertEquals(0, minimizer.eraseBlocking(3_600))
            assertTrue(minimizer.eraseBlocking(1) > 0)
        }
    }

    @Test
    fun `what a user chose for a time is in force for a time`() {
        Minimizer.replaying(weather()).use { minimizer ->
            minimizer.chooseCeilingBlocking("weather", CeilingNow.OFF)
            for (seconds in listOf(-5L, 0L)) {
                assertThrows(IllegalArgumentException::class.java) { minimizer.chooseCeilingBlocking("weather", CeilingNow.PRECISE, seconds) }
            }
            assertEquals(CeilingNow.OFF, minimizer.ceilingBlocking("weather").ceiling)
        }
    }

    @Test
    fun `a page of receipts begins and ends somewhere`() = runTest {
        Minimizer.replaying(weather()).use { minimizer ->
            minimizer.release(fixAt(NINE), "weather", "eu")
            val reads = listOf<suspend (Long, Int) -> Any>(minimizer::receipts, minimizer::receiptsJson, minimizer::receiptsCsv)
            for (read in reads) {
                for ((after, most) in listOf(Pair(-1L, 1), Pair(0L, -1))) {
                    assertTrue(runCatching { read(after, most) }.exceptionOrNull() is IllegalArgumentException)
                }
            }
            assertEquals(minimizer.receiptsJsonBlocking(), minimizer.receiptsJson())
            assertEquals(minimizer.receiptsCsvBlocking(), minimizer.receiptsCsv())
            assertTrue(""""sequence":1,""" in minimizer.receiptsJson(), minimizer.receiptsJson())
        }
    }

    /** In a policy the words of a file say what is wrong, and they know of no number below zero. */
    @Test
    fun `a policy is not made of a number below zero`() {
        val mistakes = mapOf<String, PolicyBuilder.() -> Unit>(
            "budget" to { budget(8.0, -1) },
            "zones" to { zones(0.5, -1) },
            "receipts" to { receiptRetentionSeconds(-1) },
            "hold" to { purpose("other") { planarLaplace(0.5).hold(-1, 0.5).h3(7).intervalSeconds(900).timeBucketSeconds(900) } },
            "recall" to { purpose("other") { planarLaplace(0.5).hold(10_000, 0.5, -1).h3(7).intervalSeconds(900).timeBucketSeconds(900) } },
            "interval" to { purpose("other") { planarLaplace(0.5).fresh().h3(7).intervalSeconds(-1).timeBucketSeconds(900) } },
            "bucket" to { purpose("other") { planarLaplace(0.5).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(-1) } },
            "ceiling" to { ceiling("city") { intervalSeconds(-1) } },
            "destination" to { destination("us", "US", "Example Carrier") { intervalSeconds(-1) } },
            "retention" to { destination("us", "US", "Example Carrier") { retentionSeconds(-1) } },
        )
        for ((name, mistake) in mistakes) {
            val build = {
                policy(200.0) {
                    budget(8.0, 86_400)
                    purpose("weather") { planarLaplace(0.5).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(900) }
                    destination("eu", "DE", "Example Weather GmbH")
                    mistake()
                }
            }
            assertThrows(PolicyException::class.java, { build() }, name)
        }
    }
}

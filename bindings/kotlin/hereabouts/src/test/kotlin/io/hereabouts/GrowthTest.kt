package io.hereabouts

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** What an app does all day, a million times. */
class GrowthTest {
    @Test
    fun `a million calls need no more memory than two hundred thousand`() {
        Minimizer.replaying(fresh()).use { minimizer ->
            var after200k = 0L
            for (call in 1..1_000_000) {
                // A new tick every ten thousand calls; between them each call is answered without a draw.
                fixAt(NINE + QUARTER * (call / 10_000)).use { minimizer.releaseBlocking(it, "weather", "eu") }
                if (call == 200_000) after200k = residentKb()
            }
            val grown = residentKb() - after200k
            assertTrue(grown < 32_768, "$grown kB more than the $after200k kB after 200,000 calls")
        }
    }

    /** The whole process: what Rust holds is in it too. */
    private fun residentKb(): Long {
        repeat(3) { System.gc() }
        Thread.sleep(200)
        return File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }.filter(Char::isDigit).toLong()
    }
}

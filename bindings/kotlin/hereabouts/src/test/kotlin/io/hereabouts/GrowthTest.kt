package io.hereabouts

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** What an app does all day, in a million calls, by a JVM with a small heap: what grows then is ours. */
class GrowthTest {
    @Test
    fun `a million calls need no more memory than two hundred thousand`() {
        val ended = jvm("io.hereabouts.Growth", memory = "64m").ended(seconds = 600)
        assertEquals(0, ended.code, ended.errors)
        val (early, late) = ended.output.trim().split(" ").map(String::toLong)
        // One fix that is kept for each round would be 12 MB and more.
        assertTrue(late - early < 6_144, "$early kB after 200,000 calls, $late kB after a million")
    }
}

/** The program that is looked at from outside. */
internal object Growth {
    /** A fix is made, asked about and closed: with an answer, a failure or a text that crosses back. */
    private const val CALLS_OF_A_ROUND = 4

    @JvmStatic
    fun main(arguments: Array<String>) {
        var early = 0L
        Minimizer.inMemory(fresh(), TestClock()).use { minimizer ->
            for (round in 1..250_000) {
                fixAt(NINE).use { fix ->
                    minimizer.releaseBlocking(fix, "weather", if (round % 2 == 0) "eu" else "cn")
                    when (round % 3) {
                        0 -> fix.timeMillis
                        1 -> runCatching { Fix.wgs84(95.0, 5.0, NINE) }
                        else -> minimizer.ceilingBlocking("weather")
                    }
                }
                if (round * CALLS_OF_A_ROUND == 200_000) early = residentKb()
            }
        }
        println("$early ${residentKb()}")
    }

    /** The whole process: what Rust holds is in it too. */
    private fun residentKb(): Long {
        repeat(3) {
            System.gc()
            Thread.sleep(100)
        }
        return File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }.filter(Char::isDigit).toLong()
    }
}

package io.hereabouts

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** An app and its background process have one account. */
class ProcessesTest {
    @Test
    fun `two virtual machines share one budget`(@TempDir folder: File) {
        val ledger = File(folder, "ledger.db").path
        val both = List(2) { jvm("io.hereabouts.Processes", ledger) }.map { it.ended() }
        for (ended in both) assertEquals(0, ended.code, ended.errors)
        assertEquals(9, both.sumOf { it.output.trim().toInt() }, "nine draws fit in the budget, whoever makes them")
        Minimizer.open(fresh(), ledger, clock = TestClock(NINE + 20 * QUARTER)).use { minimizer ->
            val window = minimizer.remainingBlocking().single()
            assertTrue(window.spent <= window.budget)
            assertEquals(9, minimizer.receiptsBlocking().size)
        }
    }
}

/** One of the two. */
internal object Processes {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val clock = TestClock()
        val released = Minimizer.open(fresh(), arguments[0], clock = clock).use { minimizer ->
            (0 until 20).count { tick ->
                clock.wallMillis = NINE + QUARTER * tick
                minimizer.releaseBlocking(fixAt(clock.wallMillis), "weather", "eu") is Outcome.Released
            }
        }
        println(released)
    }
}

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
        val both = List(2) { jvm("io.hereabouts.Processes", ledger) }
        val released = both.map { 0 }.toMutableList()
        val tell = { process: Process, tick: Int -> process.outputStream.run { write("$tick\n".toByteArray()); flush() } }
        val hear = { number: Int -> released[number] += both[number].inputStream.read() - '0'.code }
        for (tick in 0 until 20) {
            if (tick % 2 == 0) {
                both.forEach { tell(it, tick) }
                both.indices.forEach(hear)
            } else {
                // The one before the other, in turns: so each has a share.
                listOf(tick / 2 % 2, 1 - tick / 2 % 2).forEach { tell(both[it], tick).also { _ -> hear(it) } }
            }
        }
        both.forEach { it.outputStream.close() }
        for (ended in both.map { it.ended() }) assertEquals(0, ended.code, ended.errors)
        assertEquals(9, released.sum(), "nine draws fit in the budget, whoever makes them")
        assertTrue(released.all { it > 0 }, "each had a share: $released")
        Minimizer.open(fresh(), ledger, clock = TestClock(NINE + 20 * QUARTER)).use { minimizer ->
            val window = minimizer.remainingBlocking().single()
            assertTrue(window.spent <= window.budget)
            assertEquals(9, minimizer.receiptsBlocking().size)
        }
    }
}

/** One of the two: it is told a tick a line, and says whether it released anything. */
internal object Processes {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val clock = TestClock()
        Minimizer.open(fresh(), arguments[0], clock = clock).use { minimizer ->
            for (tick in generateSequence(::readlnOrNull)) {
                clock.wallMillis = NINE + QUARTER * tick.toInt()
                val outcome = minimizer.releaseBlocking(fixAt(clock.wallMillis), "weather", "eu")
                print(if (outcome is Outcome.Released) 1 else 0)
                System.out.flush()
            }
        }
    }
}

package io.hereabouts

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.io.IOException
import java.util.logging.Handler
import java.util.logging.Level
import java.util.logging.LogRecord
import java.util.logging.Logger

/** What an app's own code throws within a call, whatever it is: it refuses, and nobody hears what it said. */
class CallbackTest {
    @Test
    fun `a store that cannot write hands out no release`(@TempDir folder: File) {
        for ((number, thrown) in throwables().withIndex()) {
            val store = FailingStore()
            Minimizer.open(fresh(), File(folder, "$number.db").path, Anchor.store(store), TestClock()).use { minimizer ->
                store.writing = thrown
                val error = assertThrows(LedgerException::class.java, { minimizer.releaseBlocking(fixAt(NINE), "weather", "eu") }, "$thrown")
                assertEquals(HereaboutsException.Kind.LEDGER_ANCHOR, error.kind)
                assertNull(error.cause)
                assertTrue(SECRETS.none { it in error.stackTraceToString() })
            }
        }
    }

    @Test
    fun `a store that cannot be read opens no ledger`(@TempDir folder: File) {
        for ((number, thrown) in throwables().withIndex()) {
            val store = FailingStore().apply { reading = thrown }
            val open = { Minimizer.open(fresh(), File(folder, "$number.db").path, Anchor.store(store), TestClock()) }
            assertEquals(HereaboutsException.Kind.LEDGER_ANCHOR, assertThrows(LedgerException::class.java, { open() }, "$thrown").kind)
        }
    }

    @Test
    fun `while a clock throws, time stands still`() {
        for (thrown in throwables()) {
            assertEquals(
                HereaboutsException.Kind.CLOCK,
                assertThrows(DeviceException::class.java) { Minimizer.inMemory(weather(), { throw thrown }) }.kind,
            )
            val clock = FailingClock()
            Minimizer.inMemory(fresh(), clock).use { minimizer ->
                assertInstanceOf<Outcome.Released>(minimizer.releaseBlocking(fixAt(NINE), "weather", "eu"))
                clock.thrown = thrown
                clock.wallMillis += QUARTER
                val withheld = assertInstanceOf<Outcome.Withheld>(minimizer.releaseBlocking(fixAt(NINE + QUARTER), "weather", "eu"))
                assertEquals(Outcome.Reason.NOT_DUE, withheld.reason)
                clock.thrown = null
                assertInstanceOf<Outcome.Released>(minimizer.releaseBlocking(fixAt(NINE + QUARTER), "weather", "eu"))
            }
        }
    }

    @Test
    fun `standard error and the loggers of Java hear nothing of it`(@TempDir folder: File) {
        val ended = jvm("io.hereabouts.Callbacks", folder.path).ended()
        assertEquals("", ended.errors)
        assertEquals(0, ended.code)
        assertEquals("refused\n".repeat(3 * throwables().size), ended.output, "and not one record of a log")
    }
}

/** An Error passes most people's `catch`, and so does what Java may throw without saying so. */
private fun throwables(): List<Throwable> {
    val text = "no map tile for 52.0907, 5.1214"
    return listOf(
        AssertionError(text), NotImplementedError(text), OutOfMemoryError(text), StackOverflowError(text),
        IOException(text), IllegalStateException(text), Throwable(text),
    )
}

private class FailingStore : AnchorStore {
    private var line: String? = null
    var reading: Throwable? = null
    var writing: Throwable? = null

    override fun read(): String? = reading?.let { throw it } ?: line

    override fun write(line: String) {
        writing?.let { throw it }
        this.line = line
    }
}

private class FailingClock : Clock {
    var wallMillis = NINE
    var thrown: Throwable? = null

    override fun reading(): ClockReading = thrown?.let { throw it } ?: ClockReading(wallMillis)
}

/** The program that is looked at from outside. */
internal object Callbacks {
    @JvmStatic
    fun main(arguments: Array<String>) {
        // What goes to a logger that an app set up differently goes to this one too.
        val root = Logger.getLogger("").apply { level = Level.ALL }
        root.addHandler(object : Handler() {
            override fun publish(record: LogRecord) {
                // JNA says at the lowest level where it looks for libraries.
                if (record.level.intValue() >= Level.INFO.intValue()) println("logged: ${record.message} ${record.thrown}")
            }
            override fun flush() = Unit
            override fun close() = Unit
        })
        for ((number, thrown) in throwables().withIndex()) {
            val store = FailingStore().apply { reading = thrown }
            val path = File(arguments.single(), "$number.db").path
            refused { Minimizer.open(fresh(), path, Anchor.store(store), TestClock()) }
            store.reading = null
            Minimizer.open(fresh(), path, Anchor.store(store), TestClock()).use { minimizer ->
                store.writing = thrown
                refused { minimizer.releaseBlocking(fixAt(NINE), "weather", "eu") }
            }
            refused { Minimizer.inMemory(fresh(), { throw thrown }) }
        }
    }

    private fun refused(call: () -> Any?) = println(runCatching(call).exceptionOrNull()?.let { "refused" } ?: "went on")
}

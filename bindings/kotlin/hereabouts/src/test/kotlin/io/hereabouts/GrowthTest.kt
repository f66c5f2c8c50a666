package io.hereabouts

import com.sun.jna.Function
import com.sun.jna.Structure
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** What an app does all day, in a million calls, by a JVM with a small heap: what grows then is ours. */
class GrowthTest {
    @Test
    fun `a million calls need no more memory than two hundred thousand`() {
        val grown = grown(keepsOneOf = 0)
        assertTrue(grown.heapKb < MOST.heapKb, "$grown")
        assertTrue(grown.allocatedKb < MOST.allocatedKb, "$grown")
        assertTrue(grown.residentKb < MOST.residentKb, "$grown")
    }

    /** The bounds are worth something: a leak of one round in ten is past that of the heap, and past that of what Rust takes. */
    @Test
    fun `a fix that is never closed in one round of ten is noticed`() {
        val grown = grown(keepsOneOf = 10)
        assertTrue(grown.heapKb > MOST.heapKb, "$grown")
        assertTrue(grown.allocatedKb > MOST.allocatedKb, "$grown")
    }

    private fun grown(keepsOneOf: Int): Memory {
        val ended = jvm("io.hereabouts.Growth", "$keepsOneOf", memory = "64m", options = CALM, variables = ONE_ARENA).ended(seconds = 600)
        assertEquals(0, ended.code, ended.errors)
        val (heap, allocated, resident) = ended.output.trim().split(" ").map(String::toLong)
        return Memory(heap, allocated, resident)
    }

    private companion object {
        /** What the JVM takes and gives back of its own accord is no leak, and is left out of the way. */
        val CALM = listOf(
            // Of its two compilers the second takes and frees megabytes as it likes, and the first ends its threads and starts them anew.
            "-XX:TieredStopAtLevel=1", "-XX:-UseDynamicNumberOfCompilerThreads",
            // A lock that two threads wanted keeps its monitor until there are thousands of them: here, until it is free.
            "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockDiagnosticVMOptions", "-XX:MonitorUsedDeflationThreshold=1",
        )

        /** One place from which C allocates for every thread: how threads are spread over more is chance. */
        val ONE_ARENA = mapOf("MALLOC_ARENA_MAX" to "1")

        /** So nothing in the heap, 0.2 MB of what is allocated, and 0.4 MB of the process are measured, other work on the machine or not. */
        val MOST = Memory(heapKb = 1_024, allocatedKb = 1_024, residentKb = 2_048)
    }
}

/** @property heapKb what Java's objects take. @property allocatedKb what Rust's do, and the JVM's own. @property residentKb the process. */
internal data class Memory(val heapKb: Long, val allocatedKb: Long, val residentKb: Long) {
    operator fun minus(other: Memory): Memory =
        Memory(heapKb - other.heapKb, allocatedKb - other.allocatedKb, residentKb - other.residentKb)
}

/** The program that is looked at. Its argument is the leak: of how many rounds one keeps its fix, and 0 if none does. */
internal object Growth {
    /** A fix is made, asked about and closed: with an answer, a failure or a text that crosses back. */
    private const val CALLS_OF_A_ROUND = 4

    private val kept = ArrayList<Fix>(100_000)

    @JvmStatic
    fun main(arguments: Array<String>) {
        val keepsOneOf = arguments.single().toInt()
        lateinit var early: Memory
        lateinit var late: Memory
        Minimizer.inMemory(fresh(), TestClock()).use { minimizer ->
            for (round in 1..250_000) {
                val fix = fixAt(NINE)
                minimizer.releaseBlocking(fix, "weather", if (round % 2 == 0) "eu" else "cn")
                when (round % 3) {
                    0 -> fix.timeMillis
                    1 -> runCatching { Fix.wgs84(95.0, 5.0, NINE) }
                    else -> minimizer.ceilingBlocking("weather")
                }
                if (keepsOneOf > 0 && round % keepsOneOf == 0) kept += fix else fix.close()
                when (round * CALLS_OF_A_ROUND) {
                    200_000 -> early = memory()
                    1_000_000 -> late = memory()
                }
            }
        }
        with(late - early) { println("$heapKb $allocatedKb $residentKb") }
    }

    private fun memory(): Memory {
        val (heap, allocated) = atRest()
        val resident = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }.filter(Char::isDigit).toLong()
        return Memory(heap / 1_024, allocated / 1_024, resident)
    }

    /**
     * What the heap and the C library hold once nothing more is freed: what waits for a thread that has not had its turn yet is no
     * leak, be it the collector's or the compiler's. What its compiler worked in, up to two megabytes, the JVM gives back every five
     * seconds: only what has stood for longer than that is at rest.
     */
    private fun atRest(): Pair<Long, Long> {
        var (leastHeap, leastAllocated) = Long.MAX_VALUE to Long.MAX_VALUE
        var unchanged = 0
        while (unchanged < 60) {
            System.gc()
            Thread.sleep(100)
            val heap = with(Runtime.getRuntime()) { totalMemory() - freeMemory() }
            val allocated = allocated()
            if (heap < leastHeap - 16_384 || allocated < leastAllocated - 16_384) unchanged = 0 else unchanged++
            leastHeap = minOf(leastHeap, heap)
            leastAllocated = minOf(leastAllocated, allocated)
        }
        return leastHeap to leastAllocated
    }

    private fun allocated(): Long =
        with(Function.getFunction("c", "mallinfo2").invoke(Allocated::class.java, arrayOf()) as Allocated) { uordblks + hblkhd }
}

/** What the C library says of its memory, in bytes: `mallinfo2`. */
@Structure.FieldOrder("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
internal class Allocated : Structure(), Structure.ByValue {
    @JvmField var arena: Long = 0
    @JvmField var ordblks: Long = 0
    @JvmField var smblks: Long = 0
    @JvmField var hblks: Long = 0
    @JvmField var hblkhd: Long = 0
    @JvmField var usmblks: Long = 0
    @JvmField var fsmblks: Long = 0
    @JvmField var uordblks: Long = 0
    @JvmField var fordblks: Long = 0
    @JvmField var keepcost: Long = 0
}

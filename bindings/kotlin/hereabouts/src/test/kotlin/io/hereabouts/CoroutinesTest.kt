package io.hereabouts

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.util.concurrent.Executors

class CoroutinesTest {
    /** Nine draws fit in the budget. Whatever the order in which they are asked, it is not exceeded, and each tick is served once. */
    @Test
    fun `many coroutines share one budget`(@TempDir folder: File) = runBlocking {
        val clock = TestClock()
        Minimizer.open(fresh(), File(folder, "ledger.db").path, clock = clock).use { minimizer ->
            repeat(12) { tick ->
                clock.wallMillis = NINE + QUARTER * tick
                val outcomes = List(40) { number ->
                    async(Dispatchers.Default) {
                        fixAt(clock.wallMillis).use { minimizer.release(it, "weather", if (number % 2 == 0) "eu" else "cn") }
                    }
                }.awaitAll()
                val released = outcomes.count { it is Outcome.Released }
                assertEquals(if (tick < 9) 2 else 0, released, "on tick $tick")
            }
            val window = minimizer.remaining().single()
            assertTrue(window.spent <= window.budget && window.spent.value > 4.5)
            assertEquals(18, minimizer.receipts().size)
        }
    }

    @Test
    fun `a release is made on the dispatcher, and the caller's thread is free`() = runBlocking {
        val threads = mutableListOf<String>()
        val clock = Clock { ClockReading(NINE).also { threads += Thread.currentThread().name } }
        val worker = Executors.newSingleThreadExecutor { Thread(it, "ledger") }
        worker.asCoroutineDispatcher().use { dispatcher ->
            Minimizer.inMemory(fresh(), clock, dispatcher).use { minimizer ->
                threads.clear() // it was asked once when the minimizer was made, here
                var ran = false
                launch { ran = true } // on this thread, which nothing blocks
                minimizer.release(fixAt(NINE), "weather", "eu")
                assertTrue(ran)
            }
        }
        assertTrue(threads.isNotEmpty() && threads.all { it.startsWith("ledger") }, threads.toString())
    }

    @Test
    fun `a call that is cancelled before it began does nothing`() = runBlocking {
        val worker = Executors.newSingleThreadExecutor()
        worker.asCoroutineDispatcher().use { dispatcher ->
            Minimizer.inMemory(fresh(), TestClock(), dispatcher).use { minimizer ->
                val blocked = java.util.concurrent.CountDownLatch(1)
                worker.execute { blocked.await() }
                val call = launch { minimizer.release(fixAt(NINE), "weather", "eu") }
                delay(20)
                call.cancel()
                blocked.countDown()
                call.join()
                assertTrue(call.isCancelled)
                assertTrue(minimizer.receipts().isEmpty())
            }
        }
    }

    @Test
    fun `a call that is cancelled once it began is charged, and its release is dropped`() = runBlocking {
        val (began, goesOn) = List(2) { java.util.concurrent.CountDownLatch(1) }
        var isWatched = false
        val clock = Clock {
            if (isWatched) {
                began.countDown()
                goesOn.await()
            }
            ClockReading(NINE)
        }
        Minimizer.inMemory(fresh(), clock).use { minimizer ->
            isWatched = true
            var outcome: Outcome? = null
            val call = launch(Dispatchers.Default) { outcome = minimizer.release(fixAt(NINE), "weather", "eu") }
            began.await()
            call.cancel()
            goesOn.countDown()
            call.join()
            assertTrue(call.isCancelled && outcome == null)
            assertEquals(1, minimizer.receipts().size)
        }
    }

    @Test
    fun `a flow decides on the dispatcher that it is given, and else on the minimizer's own`() = runBlocking {
        val threads = mutableListOf<String>()
        val clock = Clock { ClockReading(NINE).also { threads += Thread.currentThread().name } }
        val (own, given) = listOf("own", "given").map { name -> Executors.newSingleThreadExecutor { Thread(it, name) }.asCoroutineDispatcher() }
        own.use {
            given.use {
                Minimizer.inMemory(fresh(), clock, own).use { minimizer ->
                    for ((dispatcher, name) in listOf(null to "own", given to "given")) {
                        threads.clear()
                        flow { emit(fixAt(NINE)) }.minimized(minimizer, "weather", "eu", dispatcher).toList()
                        assertTrue(threads.isNotEmpty() && threads.all { it.startsWith(name) }, "$name: $threads")
                    }
                }
            }
        }
    }

    @Test
    fun `a flow is cold, takes one fix at a time, and closes it`() = runBlocking {
        Minimizer.replaying(fresh()).use { minimizer ->
            val made = mutableListOf<Fix>()
            val fixes = flow { for (tick in 0L until 20) emit(fixAt(NINE + QUARTER * tick).also(made::add)) }
            val outcomes = fixes.minimized(minimizer, "weather", "eu")
            assertTrue(made.isEmpty())
            assertEquals(5, outcomes.take(5).toList().count { it is Outcome.Released })
            assertEquals(5, made.size, "nothing is taken ahead")
            for (fix in made) assertThrows(IllegalStateException::class.java) { fix.timeMillis }
        }
    }

    @Test
    fun `conflation before it is left alone, and so is cancellation`() = runBlocking {
        // A clock that is slow to answer, so that each decision takes longer than ten fixes do.
        val slow = Clock { Thread.sleep(20); ClockReading(NINE) }
        Minimizer.inMemory(fresh(epsilon = 600.0), slow).use { minimizer ->
            val often = flow { repeat(100) { emit(fixAt(NINE)).also { delay(2) } } }
            val taken = often.conflate().minimized(minimizer, "weather", "eu").toList().size
            assertTrue(taken in 2..40, "$taken of 100")
        }
        Minimizer.replaying(fresh(epsilon = 600.0)).use { minimizer ->
            val endless = flow { var tick = 100L; while (true) emit(fixAt(NINE + QUARTER * tick++)) }
            var thrown: Throwable? = null
            val collecting = launch {
                try {
                    endless.minimized(minimizer, "weather", "eu").collect { }
                } catch (cancelled: CancellationException) {
                    thrown = cancelled
                    throw cancelled
                }
            }
            delay(50)
            collecting.cancelAndJoin()
            assertTrue(thrown is CancellationException)
        }
    }

    @Test
    fun `what fails in a flow fails where it is collected`() = runBlocking {
        Minimizer.replaying(fresh()).use { minimizer ->
            val outcomes = flow { emit(fixAt(NINE)) }.minimized(minimizer, "weather", "us")
            val failed = runCatching { outcomes.toList() }.exceptionOrNull()
            assertTrue(failed is UnknownNameException, "$failed")
            assertFalse(failed!!.message!!.contains("52"))
        }
    }
}

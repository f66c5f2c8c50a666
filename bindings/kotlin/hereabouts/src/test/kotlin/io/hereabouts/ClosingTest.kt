package io.hereabouts

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

class ClosingTest {
    @Test
    fun `to close twice is to close once, and to use what is closed is an illegal state`() {
        val (policy, minimizer, fix, key) = listOf(weather(), Minimizer.replaying(weather()), fixAt(NINE), SecretKey.generate())
        listOf(policy, minimizer, fix, key).forEach { repeat(3) { _ -> it.close() } }
        val uses = listOf<Pair<String, () -> Any?>>(
            "this Policy is closed: make a new one" to { (policy as Policy).purposes },
            "this Minimizer is closed: make a new one" to { (minimizer as Minimizer).remainingBlocking() },
            "this Fix is closed: make a new one" to { (fix as Fix).timeMillis },
            "this SecretKey is closed: make a new one" to { (key as SecretKey).publicKey },
        )
        for ((text, use) in uses) assertEquals(text, assertThrows(IllegalStateException::class.java) { use() }.message)
    }

    /** The generated code would hand freed memory to Rust. */
    @Test
    fun `what is closed is no argument either`() {
        Minimizer.replaying(weather()).use { minimizer ->
            val closed = fixAt(NINE).apply { close() }
            assertThrows(IllegalStateException::class.java) { minimizer.releaseBlocking(closed, "weather", "eu") }
            val requests = listOf(Request(fixAt(NINE), "weather", "eu"), Request(closed, "weather", "cn"))
            assertThrows(IllegalStateException::class.java) { minimizer.releaseAllBlocking(requests) }
            assertThrows(IllegalStateException::class.java) { weather().diff(weather().apply { close() }) }
            assertThrows(IllegalStateException::class.java) { Minimizer.replaying(weather().apply { close() }) }
            assertTrue(minimizer.receiptsBlocking().isEmpty())
        }
    }

    @Test
    fun `a minimizer outlives its policy`() {
        val policy = weather()
        Minimizer.replaying(policy).use { minimizer ->
            policy.close()
            assertTrue(minimizer.releaseBlocking(fixAt(NINE), "weather", "eu") is Outcome.Released)
            minimizer.policy().use { assertEquals(listOf("weather"), it.purposes) }
        }
    }

    /** Calls under way end as if nothing had happened; later ones fail; nothing crashes. */
    @Test
    fun `to close while others call is safe`() {
        repeat(200) { round ->
            val minimizer = Minimizer.replaying(fresh())
            val begun = CountDownLatch(3)
            val odd = AtomicInteger()
            val threads = List(3) {
                thread {
                    begun.countDown()
                    try {
                        while (true) fixAt(NINE + round).use { minimizer.releaseBlocking(it, "weather", "eu") }
                    } catch (closed: IllegalStateException) {
                        if (closed.message != "this Minimizer is closed: make a new one") odd.incrementAndGet()
                    }
                }
            }
            begun.await()
            minimizer.close()
            threads.forEach(Thread::join)
            assertEquals(0, odd.get())
        }
    }
}

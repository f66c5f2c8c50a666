package io.hereabouts

import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

class UseAfterCloseTest {
    private fun batch() = FixBatch.wgs84(doubleArrayOf(52.0907), doubleArrayOf(5.1214), longArrayOf(NINE), doubleArrayOf(12.0))

    @Test
    fun `a batch that is closed is an illegal state, as an argument too`() {
        val closed = batch().apply { repeat(3) { close() } }
        Minimizer.replaying(weather()).use { minimizer ->
            val uses = listOf<() -> Any?>({ closed.size }, { minimizer.releaseBatchBlocking(closed, "weather", "eu") })
            for (use in uses) {
                val error = assertThrows(IllegalStateException::class.java) { use() }
                assertEquals("this FixBatch is closed: make a new one", error.message)
            }
            assertTrue(minimizer.receiptsBlocking().isEmpty())
            batch().use { assertEquals(1, minimizer.releaseBatchBlocking(it, "weather", "eu").size) }
        }
    }

    @Test
    fun `to close a ledger empties what stands beside its file, cancelled or not`(@TempDir folder: File) = runTest {
        val ledger = File(folder, "ledger.db")
        val beside = { File(folder, "ledger.db-wal").exists() }
        for (isCancelled in listOf(false, true)) {
            val minimizer = Minimizer.open(fresh(), ledger.path)
            minimizer.remaining()
            assertTrue(beside())
            val closing = launch {
                if (isCancelled) cancel()
                minimizer.closeSuspending()
            }
            closing.join()
            assertFalse(beside())
            assertThrows(IllegalStateException::class.java) { minimizer.remainingBlocking() }
        }
    }
}

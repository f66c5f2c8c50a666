package io.hereabouts.example

import io.hereabouts.Clock
import io.hereabouts.ClockReading
import io.hereabouts.Fix
import io.hereabouts.Minimizer
import io.hereabouts.Policy
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

/** What the app knows and does, on the JVM and with the real library. */
class SharingTest {
    private var now = 1_718_874_000_000L
    private val policy = Policy.fromToml(RULES)

    private fun with(work: suspend (Sharing) -> Unit) = Minimizer.inMemory(policy, Clock { ClockReading(now) }).use { minimizer ->
        runBlocking { work(Sharing(minimizer, policy)) }
    }

    private fun fix() = Fix.wgs84(52.0907, 5.1214, now, 12.0)

    private suspend fun Sharing.takeHere() = fix().use { take(it, Here(52.0907, 5.1214)) }

    @Test
    fun `each destination gets what it may have, and where I am stays here`() = with { sharing ->
        assertNull(sharing.here)
        sharing.takeHere()
        for (line in sharing.lines) {
            val shared = checkNotNull(sharing.shared[line])
            val release = checkNotNull(shared.release)
            assertFalse(shared.isHeld)
            assertTrue(Words.shared(shared).startsWith("within "))
            for (digits in listOf("52.0907", "5.1214")) assertFalse(release.json.contains(digits))
        }
        assertFalse("${sharing.here}".contains("52"))
        assertEquals("7.8 of 8.0 left in 24 h".drop(3), sharing.remaining().map(Words::remaining).single().drop(3))
    }

    @Test
    fun `a stay is held, and a silence keeps what was shared`() = with { sharing ->
        sharing.takeHere()
        sharing.takeHere()
        for (shared in sharing.shared.values) {
            assertNotNull(shared.release)
            assertTrue(shared.silence!!.startsWith("not due before"))
        }
        now += 1_800_000
        sharing.takeHere()
        assertTrue(sharing.shared.values.all { it.release != null && it.silence == null })
    }

    @Test
    fun `a ceiling is chosen for one purpose, and off shares nothing`() = with { sharing ->
        assertEquals(listOf("off", "region", "city", "precise"), sharing.ceilings)
        assertEquals(mapOf("weather" to "precise", "stores" to "precise"), sharing.chosen())
        sharing.choose("weather", "off")
        sharing.takeHere()
        val (weather, stores) = sharing.lines.map { sharing.shared[it] }
        assertNull(weather!!.release)
        assertEquals("Nothing: turned off by the user.", Words.shared(weather))
        assertNotNull(stores!!.release)
    }

    @Test
    fun `receipts come newest first, all of them`() = with { sharing ->
        // Far enough apart that no day's release stands on the next.
        for (day in 1..60) {
            Fix.wgs84(if (day % 2 == 0) 52.0907 else 50.9375, 5.1214, now, 12.0).use { sharing.take(it, Here(52.0907, 5.1214)) }
            now += 86_400_000
        }
        val receipts = sharing.receipts()
        assertTrue("${receipts.size}", receipts.size > 100)
        assertEquals(receipts.map { it.sequence }.sortedDescending(), receipts.map { it.sequence })
    }

    @Test
    fun `a place is protected once, and told in sentences`() = with { sharing ->
        assertTrue(fix().use { sharing.protectHere(it, "home") }.contains("is protected"))
        assertTrue(fix().use { sharing.protectHere(it, "again") }.contains("already, as “home”"))
        assertEquals(listOf("home"), sharing.zones().map { it.name })
        sharing.removeZone("home")
        assertTrue(sharing.zones().isEmpty())
    }

    @Test
    fun `what a destination was sent is told in a sentence`() = with { sharing ->
        sharing.takeHere()
        val told = sharing.disclosures().map(Words::disclosure)
        assertTrue(told[0], told[0].startsWith("Example Weather GmbH (DE) was sent releases: 1. "))
        assertTrue(told[1], told[1].contains("is bounded by ε "))
    }
}

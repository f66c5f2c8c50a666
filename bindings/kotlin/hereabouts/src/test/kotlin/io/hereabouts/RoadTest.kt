package io.hereabouts

import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

class RoadTest {
    @Test
    fun `a release says what the policy names, and its JSON is Rust's`() = runTest {
        Minimizer.replaying(weather()).use { minimizer ->
            val release = assertInstanceOf(Outcome.Released::class.java, minimizer.release(fixAt(NINE), "weather", "eu")).release
            assertEquals(listOf("weather", "h3:7"), listOf(release.purpose, release.grid))
            assertTrue(release.json.startsWith("""{"v":1,"purpose":"weather","lat":${release.latitudeDeg},"lon":"""))
            assertTrue(release.json.contains(""""cell":"${release.cell}""""))
            assertTrue(release.json.contains(""""time":"2024-06-20T09:00:00Z","span_s":3600}"""))
            assertTrue(release.geoUri!!.startsWith("geo:${release.latitudeDeg},"))
            assertTrue(release.geoJson!!.contains("\"Feature\""))
            assertNull(release.altitudeM)
            assertTrue(release.loss.value > 0)
        }
    }

    @Test
    fun `nothing that is printed says where`() = runTest {
        Minimizer.replaying(weather()).use { minimizer ->
            val fix = fixAt(NINE)
            val outcome = minimizer.release(fix, "weather", "eu")
            val receipt = minimizer.receipts().single()
            val printed = "$fix $outcome ${outcome.releaseOrNull} $receipt $minimizer ${minimizer.disclosure("eu")}"
            for (secret in SECRETS + outcome.releaseOrNull!!.cell!! + outcome.releaseOrNull!!.latitudeDeg.toString()) {
                assertFalse(printed.contains(secret), printed)
            }
        }
    }

    @Test
    fun `what is withheld says why, until when, and in Rust's words`() = runTest {
        Minimizer.replaying(weather()).use { minimizer ->
            minimizer.release(fixAt(NINE), "weather", "eu")
            val withheld = assertInstanceOf(Outcome.Withheld::class.java, minimizer.release(fixAt(NINE + 1), "weather", "eu"))
            assertEquals(Outcome.Reason.NOT_DUE, withheld.reason)
            assertEquals(NINE + QUARTER, withheld.untilMillis)
            assertEquals("not due before 2024-06-20T09:15:00Z: the purpose releases once in its interval", withheld.text)
            assertInstanceOf(Preview.Withheld::class.java, minimizer.preview("weather", "eu"))
            minimizer.chooseCeiling("weather", CeilingNow.OFF)
            val off = minimizer.release(fixAt(NINE + QUARTER), "weather", "eu") as Outcome.Withheld
            assertEquals(Outcome.Reason.TURNED_OFF, off.reason)
            assertEquals(CeilingNow.OFF, minimizer.ceiling("weather").ceiling)
        }
    }

    @Test
    fun `a ceiling for a time ends by itself`() = runTest {
        val clock = TestClock()
        Minimizer.inMemory(weather(), clock).use { minimizer ->
            minimizer.chooseCeiling("weather", CeilingNow.OFF)
            minimizer.chooseCeiling("weather", CeilingNow.PRECISE, forSeconds = 3_600)
            assertEquals(NINE + 3_600_000, minimizer.ceiling("weather").untilMillis)
            clock.wallMillis += 3_660_000
            assertEquals(CeilingNow.OFF, minimizer.ceiling("weather").ceiling)
        }
    }

    @Test
    fun `a ledger of a file remembers, and its anchor notices that it is gone`(@TempDir folder: File) = runTest {
        val ledger = File(folder, "ledger.db")
        val lines = mutableListOf<String>()
        val store = object : AnchorStore {
            override fun read(): String? = lines.lastOrNull()
            override fun write(line: String) {
                lines += line
            }
        }
        for (anchor in listOf(Anchor.file(File(folder, "anchor").path), Anchor.store(store))) {
            val open = { Minimizer.open(fresh(), ledger.path, anchor, TestClock()) }
            open().use { assertInstanceOf(Outcome.Released::class.java, it.release(fixAt(NINE), "weather", "eu")) }
            open().use { assertEquals(1, it.receipts().size) }
            folder.listFiles { file -> file.name.startsWith("ledger") }!!.forEach(File::delete)
            open().use {
                val withheld = it.release(fixAt(NINE), "weather", "eu") as Outcome.Withheld
                assertEquals(Outcome.Reason.BUDGET_SPENT, withheld.reason)
            }
            folder.listFiles { file -> file.name.startsWith("ledger") }!!.forEach(File::delete)
        }
        assertTrue(lines.last().startsWith("hereabouts anchor 1 "))
    }

    @Test
    fun `receipts come in pages, and as Rust's JSON and CSV`() = runTest {
        Minimizer.replaying(fresh()).use { minimizer ->
            for (destination in listOf("eu", "cn")) minimizer.release(fixAt(NINE), "weather", destination)
            assertEquals(listOf("eu"), minimizer.receipts(most = 1).map(Receipt::destination))
            assertEquals(listOf("cn"), minimizer.receipts(after = 1).map(Receipt::destination))
            assertEquals(2, minimizer.receiptsJsonBlocking().lines().count(String::isNotEmpty))
            assertTrue(minimizer.receiptsCsvBlocking().startsWith("sequence,time,purpose,destination,"))
            assertEquals(2, minimizer.erase())
            assertTrue(minimizer.receipts().all { it.cell == null })
            val window = minimizer.remaining().single()
            assertEquals(window.budget.billionths, window.spent.billionths + window.remaining.billionths)
            assertTrue(window.spent.value >= 0.5)
        }
    }

    @Test
    fun `a batch is decided as its requests are, and one that fails releases nothing`() = runTest {
        Minimizer.replaying(fresh()).use { minimizer ->
            val fix = fixAt(NINE)
            val good = listOf("eu", "cn", "eu").map { Request(fix, "weather", it) }
            runCatching { minimizer.releaseAll(good + Request(fix, "weather", "us")) }
                .onSuccess { throw AssertionError("it should fail") }
            assertTrue(minimizer.receipts().isEmpty())
            val outcomes = minimizer.releaseAll(good)
            assertEquals(listOf(true, true, false), outcomes.map { it is Outcome.Released })
            val times = LongArray(1_000) { NINE + QUARTER * (1 + it) }
            val batch = FixBatch.wgs84(DoubleArray(1_000) { 48.2 }, DoubleArray(1_000) { 16.37 }, times, DoubleArray(1_000) { Double.NaN })
            batch.use { assertEquals(1_000, minimizer.releaseBatch(it, "weather", "eu").size) }
        }
    }

    @Test
    fun `a zone is a disc that tells neither place nor name when it is printed`() = runTest {
        val policy = policy(200.0) {
            budget(8.0, 86_400)
            zones(epsilon = 0.5, radiusM = 300)
            purpose("weather") { planarLaplace(0.5).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(3_600) }
            destination("eu", "DE", "Example Weather GmbH")
        }
        Minimizer.replaying(policy).use { minimizer ->
            val home = minimizer.protect(fixAt(NINE), "Herrengasse 9") as Protection.Drawn
            assertInstanceOf(Protection.Already::class.java, minimizer.protect(fixAt(NINE), "again"))
            assertTrue(home.zone.radiusM > 300)
            assertFalse("${home.zone} ${minimizer.zones()}".contains("9"))
            minimizer.renameZone("Herrengasse 9", "home")
            assertEquals("home", minimizer.zones().zones.single().name)
            minimizer.release(fixAt(NINE), "weather", "eu")
            assertEquals("zone", minimizer.receipts().single().rule)
            minimizer.removeZone("home")
            assertTrue(minimizer.zones().zones.isEmpty())
            assertEquals(1, minimizer.zones().draws)
        }
    }

    @Test
    fun `what is sealed goes out as its message, which the key opens`() = runTest {
        SecretKey.generate().use { key ->
            val policy = policy(200.0) {
                budget(8.0, 86_400)
                purpose("weather") { planarLaplace(0.5).fresh().h3(6).intervalSeconds(900).timeBucketSeconds(3_600) }
                destination("cn", "CN", "Example Carrier") { sealedTo(key.publicKey, keyHolder = "Example Weather GmbH") }
            }
            val release = Minimizer.replaying(policy).use { it.release(fixAt(NINE), "weather", "cn") }.releaseOrNull!!
            assertTrue(release.isSealed)
            assertNull(release.geoUri)
            assertEquals(policy.messageBytes("cn"), release.json.length.toLong())
            val opened = SecretKey.fromText(key.toText()).open(release.json, "weather", "cn", policy.fingerprint)
            assertTrue(opened.contains(release.cell!!))
        }
    }

    @Test
    fun `sensing and disclosure say what the core says`() = runTest {
        Minimizer.replaying(weather()).use { minimizer ->
            minimizer.release(fixAt(NINE), "weather", "cn")
            val sensing = minimizer.sensing("weather", "cn")
            assertEquals(Sensing.Accuracy.HUNDRED_METRES, sensing.accuracy)
            assertEquals("PRIORITY_BALANCED_POWER_ACCURACY", sensing.priority)
            assertEquals(NINE + QUARTER, sensing.nextMillis)
            assertEquals(QUARTER, sensing.maximumAgeMillis)
            val disclosure = minimizer.disclosure("cn")
            assertEquals(listOf("CN", "Example Carrier"), listOf(disclosure.jurisdiction, disclosure.operator))
            assertEquals(1, disclosure.releases)
            assertNull(disclosure.homeWithinM)
            assertTrue(disclosure.json.contains("\"bound\":${disclosure.lossBound}"))
        }
    }

    @Test
    fun `what was measured crosses where the policy keeps it`() = runTest {
        val policy = policy(200.0) {
            budget(8.0, 86_400)
            purpose("run") {
                planarLaplace(0.5).fresh().metric(500.0).intervalSeconds(900).timeBucketSeconds(900).keep(Kept.ALTITUDE, Kept.SPEED)
            }
            destination("eu", "DE", "Example Weather GmbH")
        }
        val fix = Fix.wgs84(52.0907, 5.1214, NINE, altitudeM = 31.5, speedMS = 2.25, courseDeg = 270.0)
        val release = Minimizer.replaying(policy).use { it.release(fix, "run", "eu") }.releaseOrNull!!
        assertEquals(listOf(31.5, 2.25, null), listOf(release.altitudeM, release.speedMS, release.courseDeg))
    }
}

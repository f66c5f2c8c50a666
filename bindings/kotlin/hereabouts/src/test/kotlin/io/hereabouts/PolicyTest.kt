package io.hereabouts

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class PolicyTest {
    /** `examples/policies/weather.toml`, in code. */
    private fun built(): Policy = policy(radiusM = 200.0) {
        budget(loss = 8.0, windowSeconds = 86_400)
        purpose("weather") {
            planarLaplace(epsilon = 1.2)
            hold(withinM = 10_000, epsilon = 0.5, recall = 16)
            h3(resolution = 7)
            intervalSeconds(900)
            timeBucketSeconds(3_600)
        }
        destination("eu", jurisdiction = "DE", operator = "Example Weather GmbH") {
            floor { areaKm2(1.0) }
            retentionSeconds(30 * 86_400)
        }
        destination("cn", jurisdiction = "CN", operator = "Example Carrier") { floor { preset("all") } }
    }

    @Test
    fun `a policy built in code is that of the file`() {
        assertEquals(emptyList<String>(), weather().diff(built()).map(PolicyChange::toString))
        assertEquals(weather().fingerprint, built().fingerprint)
    }

    @Test
    fun `a fault of the builder is told in the words of the file`() {
        val error = assertThrows(PolicyException::class.java) {
            policy(200.0) {
                budget(8.0, 86_400)
                purpose("weather") { planarLaplace(1.2).fresh().h3(16).intervalSeconds(900).timeBucketSeconds(3_600) }
                destination("eu", "DE", "Example Weather GmbH")
            }
        }
        assertTrue(error.message!!.startsWith("purposes.weather.grid.resolution: "), error.message)
        for (length in listOf(-1L, 0L)) {
            assertThrows(PolicyException::class.java) { PolicyBuilder(200.0).budget(8.0, length).build() }
        }
        val unsaid = assertThrows(IllegalStateException::class.java) { policy(200.0) { purpose("weather") { fresh() } } }
        assertEquals("a purpose must say the noise: such as `planarLaplace(0.5)`", unsaid.message)
        val twice = assertThrows(IllegalStateException::class.java) {
            policy(200.0) { repeat(2) { destination("eu", "DE", "Example Weather GmbH") } }
        }
        assertEquals("the destination \"eu\" stands twice: give each name once", twice.message)
    }

    @Test
    fun `a place is told by its name, and files come with the policy`() {
        val squares = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "The Square"}, "geometry":
            {"type": "Polygon", "coordinates": [[[4.6, 51.7], [5.6, 51.7], [5.6, 52.5], [4.6, 52.5], [4.6, 51.7]]]}}]}"""
        fun told(describe: PolicyBuilder.() -> Unit, purpose: PurposeBuilder.() -> Unit): Release {
            val policy = policy(200.0) {
                budget(8.0, 86_400)
                purpose("weather") { planarLaplace(1.0).fresh().intervalSeconds(900).timeBucketSeconds(3_600).purpose() }
                destination("eu", "DE", "Example Weather GmbH")
                file("squares.geojson", squares)
                describe()
            }
            return policy.use { Minimizer.replaying(it) }.use { minimizer ->
                Fix.wgs84(52.0907, 5.1214, 1_718_874_000_000, 12.0).use { minimizer.releaseBlocking(it, "weather", "eu").releaseOrNull!! }
            }
        }
        val named = told({}) { places("squares.geojson") }
        assertEquals(listOf("The Square", null, null, "places:squares"), listOf(named.place, named.cell, named.latitudeDeg, named.grid))
        assertTrue(""""place":"The Square"""" in named.json && "lat" !in named.json)
        val coarse = told({ sensitive("squares.geojson") { areaKm2(1_000.0) } }) { h3(6) }
        assertEquals(listOf("h3:3", null), listOf(coarse.grid, coarse.place))
        val text = java.io.File(System.getProperty("hereabouts.policies"), "country.toml").readText()
        val files = mapOf("../data/natural-earth/countries.geojson" to squares)
        val error = assertThrows(PolicyException::class.java) { Policy.fromText(text, emptyMap()) }
        assertTrue("cannot be read" in error.message!!, error.message)
        Policy.fromText(text, files).use { assertEquals("places:countries", it.gridFor("prices", "shop")) }
    }

    @Test
    fun `a policy explains itself, and says what another changes`() {
        val tighter = policy(200.0) {
            budget(8.0, 86_400)
            zcdp().budget(1.0, 3_600)
            purpose("weather") { gaussian(0.01).fresh().s2(11).intervalSeconds(900).timeBucketSeconds(3_600).ceiling("city") }
            ceiling("city") { floor { decimals(2) }.intervalSeconds(3_600).keep() }
            destination("eu", "DE", "Example Weather GmbH") { keep(Kept.SPEED).intervalSeconds(1_800) }
            receiptRetentionSeconds(86_400)
            devices("DE", "NL")
        }
        assertEquals(listOf("off", "precise", "city"), tighter.ceilings)
        assertEquals(listOf("weather"), tighter.purposes)
        assertEquals(listOf("eu"), tighter.destinations)
        assertEquals("s2:11", tighter.gridFor("weather", "eu"))
        assertTrue(weather().explain(52.0).startsWith("Two places within 200 m of each other must look alike"))
        assertTrue(weather().explainJson(52.0).startsWith("{\"latitude_deg\":52.0"))
        val looser = Policy.fromToml(java.io.File(System.getProperty("hereabouts.policies"), "weather.toml").readText().replace("epsilon = 8", "epsilon = 9"))
        val change = weather().diff(looser).single()
        assertEquals(true, change.tellsMore)
        assertEquals("budget: the most epsilon in 24 h was 8 and is 9: tells more", change.toString())
        assertTrue("google-play" in Policy.presets())
        assertTrue(weather().notes.isNotEmpty())
    }
}

package io.hereabouts.testing

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import io.hereabouts.Fix
import io.hereabouts.Outcome
import io.hereabouts.Policy
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import java.io.File

/** One journey, three languages: the table that Rust wrote is read here, and every byte is the same. */
class VectorsTest {
    @TestFactory
    fun `each journey releases the bytes of the table`(): List<DynamicTest> {
        val cases = ObjectMapper().readTree(File(System.getProperty("hereabouts.vectors"), "journeys.json")).toList()
        assertTrue(cases.isNotEmpty())
        return cases.map { case -> DynamicTest.dynamicTest(case["name"].asText()) { replay(case) } }
    }

    private fun replay(case: JsonNode) {
        val policy = Policy.fromToml(case["policy"].asText())
        SeededMinimizers.replaying(policy, case["seed"].asLong()).use { minimizer ->
            assertTrue(case["requests"].size() > 40)
            for ((index, asked) in case["requests"].withIndex()) {
                val fix = Fix.wgs84(
                    asked["latitude_deg"].asDouble(), asked["longitude_deg"].asDouble(), asked["time_ms"].asLong(),
                    asked.measured("horizontal_accuracy_m"), asked.measured("altitude_m"), asked.measured("speed_m_s"),
                    asked.measured("course_deg"),
                )
                val outcome = fix.use { minimizer.releaseBlocking(it, asked["purpose"].asText(), asked["destination"].asText()) }
                val (kind, text) = when (outcome) {
                    is Outcome.Released -> "released" to outcome.release.json
                    is Outcome.Held -> "held" to outcome.release.json
                    is Outcome.Withheld -> "withheld" to outcome.text
                }
                assertEquals(asked["outcome"].asText() to asked["text"].asText(), kind to text, "request $index")
            }
        }
    }

    private fun JsonNode.measured(name: String): Double? = get(name).takeUnless { it.isNull }?.asDouble()
}

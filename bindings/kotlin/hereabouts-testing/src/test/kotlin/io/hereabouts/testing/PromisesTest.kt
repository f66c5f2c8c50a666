package io.hereabouts.testing

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import io.hereabouts.FixBatch
import io.hereabouts.Policy
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** A broken promise has one text in three languages: the table that Rust wrote is read here. */
class PromisesTest {
    @Test
    fun `each assertion passes, or fails with the text of the table`() {
        val table = ObjectMapper().readTree(File(System.getProperty("hereabouts.vectors"), "promises.json"))
        val latitudes = table["latitudes_deg"].map { it.asDouble() }.toDoubleArray()
        val longitudes = table["longitudes_deg"].map { it.asDouble() }.toDoubleArray()
        val times = table["times_ms"].map { it.asLong() }.toLongArray()
        val journey = FixBatch.wgs84(latitudes, longitudes, times, DoubleArray(times.size) { Double.NaN })
        val policy = Policy.read(File(System.getProperty("hereabouts.policies"), table["policy"].asText()).path)
        val options = RehearsalOptions(
            purposes = table["purposes"].map { it.asText() },
            days = table["days"].asInt(), runs = table["runs"].asInt(), seed = table["seed"].asLong(),
        )
        Rehearsal.run(policy, journey, options).use { rehearsal ->
            assertTrue(table["promises"].size() >= 16)
            for (promised in table["promises"]) {
                val text = try {
                    rehearsal.assert(promised)
                    null
                } catch (broken: BrokenPromiseError) {
                    broken.message
                }
                assertEquals(promised["text"].takeUnless { it.isNull }?.asText(), text, promised["assertion"].asText())
            }
        }
    }

    private fun Rehearsal.assert(promised: JsonNode) {
        val numbers = promised["numbers"].map { it.asDouble() }
        when (val assertion = promised["assertion"].asText()) {
            "spends_at_most" -> assertSpendsAtMost(numbers[0], numbers[1].toLong())
            "allows_at_most" -> assertAllowsAtMost(numbers[0], numbers[1].toLong())
            "home_uncertain" -> assertHomeUncertain(numbers[0], numbers[1].toInt())
            "work_uncertain" -> assertWorkUncertain(numbers[0], numbers[1].toInt())
            "only_fields" -> assertOnlyFields(promised["fields"].map { it.asText() })
            "linked_at_most" -> assertLinkedAtMost(numbers[0])
            "error_at_most" -> assertErrorAtMost(numbers[0])
            "answers_at_least" -> assertAnswersAtLeast(numbers[0])
            else -> error("no assertion is named $assertion")
        }
    }
}

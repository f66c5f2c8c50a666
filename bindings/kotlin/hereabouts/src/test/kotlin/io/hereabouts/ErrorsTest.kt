package io.hereabouts

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File
import io.hereabouts.ffi.HereaboutsException as Generated

class ErrorsTest {
    private val Kind = HereaboutsException.Kind.entries.associateBy { it.name }

    @TempDir
    lateinit var folder: File

    /** Every failure that can be brought about here, by its kind. */
    private fun failures(): List<Pair<String, () -> Any?>> {
        val minimizer = Minimizer.replaying(weather())
        val withZones = Minimizer.replaying(Policy.fromToml(File(System.getProperty("hereabouts.policies"), "weather.toml").readText() + "\n[zones]\nepsilon = 0.5\nradius = \"300m\"\n"))
        withZones.protectBlocking(fixAt(NINE), "home")
        withZones.protectBlocking(Fix.wgs84(-33.8, 151.2, NINE), "work")
        val noise = ByteArray(8_192) { (it * 31).toByte() }
        val file = { name: String, bytes: ByteArray -> File(folder, name).also { it.writeBytes(bytes) }.path }
        val key = SecretKey.generate()
        return listOf(
            "INVALID_FIX" to { Fix.wgs84(95.123456, 5.654321, NINE) },
            "INVALID_FIX" to { Fix.wgs84(52.123456, 195.654321, NINE) },
            "INVALID_FIX" to { Fix.wgs84(Double.NaN, 5.654321, NINE) },
            "INVALID_FIX" to { Fix.wgs84(52.123456, 5.654321, -1) },
            "INVALID_FIX" to { Fix.wgs84(52.123456, 5.654321, Long.MAX_VALUE) },
            "INVALID_FIX" to { Fix.wgs84(52.123456, 5.654321, NINE, -7.25) },
            "INVALID_FIX" to { Fix.wgs84(52.123456, 5.654321, NINE, speedMS = -1.25) },
            "INVALID_FIX" to { Fix.wgs84(52.123456, 5.654321, NINE, courseDeg = 360.25) },
            "INVALID_FIX" to { Fix.gcj02(30.123456, 72.006, NINE) },
            "INVALID_FIX" to { Fix.bd09(1.123456, 2.654321, NINE) },
            "INVALID_FIX" to { FixBatch.wgs84(doubleArrayOf(95.123456), doubleArrayOf(5.654321), longArrayOf(NINE), doubleArrayOf(1.0)) },
            "UNEVEN_BATCH" to { FixBatch.wgs84(doubleArrayOf(52.123456), doubleArrayOf(), longArrayOf(NINE), doubleArrayOf(1.0)) },
            "INVALID_POLICY" to { Policy.fromToml("version = 2") },
            "INVALID_POLICY" to { Policy.fromJson("{") },
            "INVALID_POLICY" to { Policy.read(File(folder, "missing.toml").path) },
            "UNKNOWN_PURPOSE" to { minimizer.releaseBlocking(fixAt(NINE), "wether", "eu") },
            "UNKNOWN_DESTINATION" to { minimizer.releaseBlocking(fixAt(NINE), "weather", "us") },
            "UNKNOWN_DESTINATION" to { minimizer.disclosureBlocking("us") },
            "UNKNOWN_CEILING" to { minimizer.chooseCeilingBlocking("weather", "planet") },
            "NO_ZONES" to { minimizer.protectBlocking(fixAt(NINE), "home") },
            "ZONE_NAME" to { withZones.protectBlocking(fixAt(NINE), " ") },
            "ZONE_NAME_TAKEN" to { withZones.renameZoneBlocking("work", "home") },
            "UNKNOWN_ZONE" to { withZones.removeZoneBlocking("den") },
            "LEDGER_DENIED" to { Minimizer.open(weather(), File(folder, "no/such/folder/ledger.db").path) },
            "LEDGER_UNFIT" to { Minimizer.open(weather(), folder.path) },
            "LEDGER_DENIED" to { Minimizer.open(weather(), file("open.db", noise)) },
            "LEDGER_ANCHOR" to { Minimizer.open(weather(), File(folder, "a.db").path, Anchor.store(Failing)) },
            "CLOCK" to { Minimizer.inMemory(weather(), Clock { error("no time at 52.123456, 5.654321") }) },
            "CLOCK" to { Minimizer.inMemory(weather(), Clock { ClockReading(Long.MIN_VALUE) }) },
            "INVALID_KEY" to { SecretKey.fromText("no key") },
            "NOT_OPENED" to { key.open("{}", "weather", "eu", weather().fingerprint) },
            "NOT_OPENED" to { key.open("{}", "weather", "eu", "no fingerprint") },
        )
    }

    private object Failing : AnchorStore {
        override fun read(): String? = error("no key at 52.123456, 5.654321")
        override fun write(line: String) = error("no key at 52.123456, 5.654321")
    }

    @Test
    fun `every failure has its kind, a text of the house, and no place`() {
        for ((kind, fail) in failures()) {
            val error = assertThrows(HereaboutsException::class.java, { fail() }, kind)
            assertEquals(Kind[kind], error.kind, error.message)
            assertText(error.message!!)
            assertNull(error.cause, "a cause could say more")
        }
    }

    private fun assertText(text: String) {
        assertFalse(COORDINATE.containsMatchIn(text), text)
        for (secret in listOf("123456", "654321", "72.006")) assertFalse(text.contains(secret), text)
        assertTrue(text[0].isLowerCase() || text[0] == '/', text)
        assertFalse(text.endsWith(".") || text.contains('\n'), text)
        assertTrue(text.contains(": ") || text.contains("; expected "), "what would be right? $text")
    }

    /** Every text that Rust has, by its kind, whether it can be brought about here or not: `bindings/ffi/tests/errors.rs` writes them. */
    @Test
    fun `every text of Rust is told as it is, by a kind of its own`() {
        val generated = Generated::class.java.permittedSubclasses.filter { it.superclass == Generated::class.java }
        val byKind = generated.associateBy { it.simpleName.replace(Regex("(?<=[a-z])[A-Z]")) { upper -> "_" + upper.value }.uppercase() }
        val texts = File(System.getProperty("hereabouts.vectors"), "errors.txt").readLines().map { it.split('\t', limit = 2) }
        for ((kind, text) in texts) {
            val thrown = byKind.getValue(kind).getConstructor(String::class.java).newInstance(text) as Generated
            val told = assertThrows(HereaboutsException::class.java) { crossing { throw thrown } }
            assertEquals(Kind[kind], told.kind)
            assertEquals(text, told.message)
            assertText(text)
        }
        assertEquals(HereaboutsException.Kind.entries.map { it.name }.toSet(), texts.map { it[0] }.toSet())
        assertEquals(generated.size, HereaboutsException.Kind.entries.size)
    }
}

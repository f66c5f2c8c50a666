package io.hereabouts.shrinking

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import java.io.File
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.zip.ZipFile
import kotlin.io.path.createDirectory
import kotlin.io.path.isDirectory

class ShrinkingTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `an app that was shrunk does what it did`() {
        assertEquals(EXPECTED, run(Shrinker.inputs).output.trim(), "before it is shrunk")
        val jar = shrink(Rules.shipped().all)
        val ended = run(listOf(jar))
        assertEquals(EXPECTED, ended.output.trim(), ended.errors)
        assertEquals(0, ended.code)
        isSmall(jar)
    }

    /** Rules that kept everything would prove nothing. */
    private fun isSmall(shrunk: Path) = ZipFile(shrunk.toFile()).use { jar ->
        assertNull(jar.getEntry("io/hereabouts/Minimizer.class"), "what is ours is renamed")
        val classes = jar.stream().filter { it.name.endsWith(".class") }.count()
        assertTrue(classes * 3 < all(), "$classes of ${all()} classes are kept")
    }

    /** Every rule of the file, and what fails without it, by its reason: what fails for another is not what the rule is for. */
    @ParameterizedTest
    @MethodSource("rules")
    fun `without one of the rules an app does not run`(rule: String) {
        val reason = checkNotNull(REASONS[rule]) { "say here what fails without $rule" }
        val rules = Rules.shipped().without(rule)
        if (rule.startsWith("-dontwarn")) {
            // It is a phone that lacks what this rule is about: there R8 itself refuses.
            val refused = assertThrows(Refused::class.java) { Shrinker.toDex(rules, folder.resolve("app.zip")) }
            assertTrue(refused.missing.isNotEmpty() && refused.missing.all { it.startsWith(reason) }, "${refused.missing}")
            return
        }
        val ended = run(listOf(shrink(rules)))
        assertNotEquals(0, ended.code, "$rule is not needed: drop it")
        assertTrue(ended.errors.contains(reason), "$rule: ${ended.errors}")
    }

    @Test
    fun `with the rules an app becomes what a phone runs`() {
        val zip = folder.resolve("app.zip")
        Shrinker.toDex(Rules.shipped().all, zip)
        ZipFile(zip.toFile()).use { assertTrue(it.getEntry("classes.dex").size > 100_000) }
    }

    private fun shrink(rules: List<String>): Path =
        folder.resolve("app.jar").also { Shrinker.toJar(rules, it) }

    /** How many classes the app and what it brings have. */
    private fun all(): Long = Shrinker.inputs.sumOf { part ->
        if (part.isDirectory()) {
            part.toFile().walk().count { it.extension == "class" }.toLong()
        } else {
            ZipFile(part.toFile()).use { jar -> jar.stream().filter { it.name.endsWith(".class") }.count() }
        }
    }

    private fun run(classPath: List<Path>): Ended {
        val work = folder.resolve("ledger-${System.nanoTime()}").createDirectory()
        val (output, errors) = listOf("output", "errors").map { work.resolve(it).toFile() }
        val process = ProcessBuilder(
            File(System.getProperty("java.home"), "bin/java").path,
            "-Xmx128m",
            "-Dstdout.encoding=UTF-8",
            "-Dfile.encoding=UTF-8",
            "-Djna.library.path=" + System.getProperty("jna.library.path"),
            "-cp", classPath.joinToString(File.pathSeparator),
            "io.hereabouts.shrinking.AppKt",
            work.toString(),
        ).redirectOutput(output).redirectError(errors).start()
        val isOver = process.waitFor(60, TimeUnit.SECONDS)
        if (!isOver) process.destroyForcibly().waitFor()
        assertFalse(errors.readText().contains("52.09"), "an error names a place")
        return Ended(if (isOver) process.exitValue() else -1, output.readText().replace(work.toString(), "…"), errors.readText())
    }

    private class Ended(val code: Int, val output: String, val errors: String)

    companion object {
        @JvmStatic
        fun rules(): List<String> = Rules.shipped().all

        /** What fails without a rule: what R8 then misses, or what the app then ends with. */
        private val REASONS = mapOf(
            "-dontwarn java.awt.**" to "java.awt.",
            "-keep class com.sun.jna.** { *; }" to "Can't obtain peer field ID for class com.sun.jna.Pointer",
            "-keep class * extends com.sun.jna.Structure { <fields>; <init>(...); }" to "Invalid Structure field in class",
            "-keepattributes RuntimeVisibleAnnotations" to "Structure.getFieldOrder()",
            "-keep class * implements com.sun.jna.Callback { *; }" to "Callback must implement a single public method",
            "-keepclasseswithmembers,includedescriptorclasses class * { native <methods>; }" to "Error looking up function",
        )

        private val EXPECTED = """
            policy: [weather] to [cn, eu]
            flow: [released, withheld: not due before 2024-06-20T09:15:00Z: the purpose releases once in its interval]
            callbacks: true true
            coroutines: 1 of 20
            sealed: true true
            list: [released, withheld: not due before 2024-06-20T09:45:00Z: the purpose releases once in its interval]
            zone: home
            receipts: [eu, eu, cn, eu], left: true
            sensing: HUNDRED_METRES
            disclosure: DE
            a broken clock: withheld: not due before 2024-06-20T09:45:00Z: the purpose releases once in its interval
            mended: released
            ceiling: off
            unknown: UNKNOWN_DESTINATION: unknown destination "us": the policy names cn, eu
            no clock: CLOCK: the clock cannot be read: give one that returns a time between the years 1970 and 9999
            no store: LEDGER_ANCHOR: the anchor of the ledger …/ledger.db could not be read: the app's store does not answer: nothing is released without it
            no place: INVALID_FIX: latitude is beyond ±90 degrees: give degrees north
            batch: 1000
        """.trimIndent()
    }
}

package io.hereabouts.testing

import kotlinx.validation.api.dump
import kotlinx.validation.api.filterOutNonPublic
import kotlinx.validation.api.loadApiFromJvmClasses
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import java.io.File

/** What apps compile against changes on purpose alone: `UPDATE_ABI=1` writes the dumps anew. */
class AbiTest {
    private val modules = File(System.getProperty("hereabouts.modules"))

    @ParameterizedTest
    @ValueSource(strings = ["hereabouts", "hereabouts-testing", "hereabouts-android"])
    fun `the public surface is the one that was agreed on`(module: String) {
        val dumped = File(modules, "$module/api/$module.api")
        val now = surface(module)
        if (System.getenv("UPDATE_ABI") != null) dumped.apply { parentFile.mkdirs() }.writeText(now)
        assertEquals(dumped.readText(), now, "if it is meant, run with UPDATE_ABI=1")
    }

    @ParameterizedTest
    @ValueSource(strings = ["hereabouts", "hereabouts-testing", "hereabouts-android"])
    fun `nothing of the generated code is in it, and no data class`(module: String) {
        val now = surface(module)
        assertFalse(now.contains("io/hereabouts/ffi/"))
        assertFalse(now.contains(" component1 ") || now.contains("fun copy "), now)
    }

    private fun surface(module: String): String {
        val classes = File(modules, "$module/target/classes").walk().filter { it.extension == "class" }
        check(classes.any()) { "$module was not compiled" }
        return classes.map { it.inputStream() }.loadApiFromJvmClasses().filterOutNonPublic().dump(StringBuilder()).toString()
    }
}

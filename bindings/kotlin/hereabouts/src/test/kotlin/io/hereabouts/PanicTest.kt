package io.hereabouts

import io.hereabouts.ffi.FixBatch
import io.hereabouts.ffi.Policy as CorePolicy
import io.hereabouts.ffi.Rehearsal
import io.hereabouts.ffi.RehearsalListener
import io.hereabouts.ffi.RehearsalOptions
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** A panic in Rust, with a coordinate in its text: brought about by an app's listener that throws where none may. */
class PanicTest {
    @Test
    fun `what crosses has a fixed text`() {
        val generated = runCatching { Panics.bringAbout() }.exceptionOrNull()!!
        val told = assertThrows(FaultException::class.java) { crossing { throw generated } }
        assertEquals(HereaboutsException.Kind.INTERNAL, told.kind)
        for (secret in SECRETS) assertFalse("$generated $told ${told.stackTraceToString()}".contains(secret))
        // The text that this module falls back on is Rust's, without the place in the source.
        val own = assertThrows(FaultException::class.java) { crossing { throw io.hereabouts.ffi.InternalException("at 52.0907, 5.1214") } }
        assertEquals(generated.message?.replace(Regex(" at [\\w/.-]+[.]rs:\\d+"), ""), own.message)
        assertTrue(generated.message != own.message, generated.message)
    }

    @Test
    fun `standard error says where it was, and not what it said`() {
        val ended = jvm("io.hereabouts.Panics").ended()
        assertEquals(0, ended.code, ended.errors)
        assertTrue(ended.errors.contains("hereabouts: internal error at "), ended.errors)
        for (secret in SECRETS) assertFalse((ended.output + ended.errors).contains(secret), ended.errors)
        assertTrue(Regex("an internal error at [\\w/.-]+[.]rs:\\d+: nothing was released").containsMatchIn(ended.output), ended.output)
    }
}

/** The program that is looked at from outside. */
internal object Panics {
    fun bringAbout() {
        val policy = CorePolicy.read(File(System.getProperty("hereabouts.policies"), "store-finder.toml").path)
        val night = listOf(1_718_841_600_000, 1_718_863_200_000)
        val journey = FixBatch.wgs84(List(2) { 52.0907 }, List(2) { 5.1214 }, night, List(2) { Double.NaN })
        val listener = object : RehearsalListener {
            override fun runDone(runs: UInt) = throw IllegalArgumentException("no map tile for 52.0907, 5.1214")
        }
        Rehearsal.run(policy, journey, RehearsalOptions(destinations = listOf("eu"), days = 1u, runs = 2u), listener)
    }

    @JvmStatic
    fun main(arguments: Array<String>) {
        println(runCatching { bringAbout() }.exceptionOrNull())
    }
}

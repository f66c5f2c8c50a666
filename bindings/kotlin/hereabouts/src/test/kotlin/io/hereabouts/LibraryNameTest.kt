package io.hereabouts

import com.sun.jna.Platform
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** Which library is loaded, by what is on the class path; the shipped one is none here, and fails when it is asked for. */
class LibraryNameTest {
    @TempDir
    lateinit var folder: File

    private val shipped by lazy { resource("hereabouts_ffi").apply { writeText("no library") }.parentFile.parentFile }

    private val testing by lazy {
        val real = File(System.getProperty("jna.library.path"), System.mapLibraryName("hereabouts_ffi"))
        real.copyTo(resource("hereabouts_ffi_testing")).parentFile.parentFile
    }

    private fun resource(name: String): File {
        val folder = File(folder, "$name/${Platform.RESOURCE_PREFIX}").apply { mkdirs() }
        return File(folder, System.mapLibraryName(name))
    }

    private fun loading(classPath: List<File>): Ended = jvm("io.hereabouts.Loading", libraries = "", before = classPath).ended()

    @Test
    fun `that of tests is loaded wherever it stands on the class path`() {
        for (order in listOf(listOf(shipped, testing), listOf(testing, shipped), listOf(testing))) {
            val ended = loading(order)
            assertEquals("loaded", ended.output.trim(), ended.errors)
        }
    }

    @Test
    fun `without that of tests the shipped one is asked for`() {
        val ended = loading(listOf(shipped))
        assertTrue(ended.code != 0 && ended.errors.contains("UnsatisfiedLinkError"), ended.errors)
        assertTrue(ended.errors.contains("hereabouts_ffi") && !ended.errors.contains("hereabouts_ffi_testing"), ended.errors)
    }
}

/** The program that loads it. */
internal object Loading {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Fix.wgs84(52.0907, 5.1214, 1_718_874_000_000L).close()
        println("loaded")
    }
}

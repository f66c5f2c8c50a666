package io.hereabouts.android

import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.io.File
import javax.crypto.spec.SecretKeySpec

/** Two processes of an app, such as one with a service of its own, that share an anchor. */
class AnchorProcessesTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun `one reads or writes at a time, and the latest mark stands`() {
        val file = File(folder.root, "anchor")
        val writers = List(2) { number ->
            ProcessBuilder(
                File(System.getProperty("java.home"), "bin/java").path, "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                "io.hereabouts.android.AnchorWriter", file.path, "$number",
            ).redirectErrorStream(true).start()
        }
        writers.forEach { assertEquals('r'.code, it.inputStream.read()) }
        writers.forEach { it.outputStream.apply { write('\n'.code) }.flush() }
        assertEquals(listOf("", ""), writers.map { it.inputStream.bufferedReader().readText() })
        assertEquals(listOf(0, 0), writers.map { it.waitFor() })
        assertEquals(mark(2 * AnchorWriter.WRITES - 1), AnchorWriter.store(file).read())
    }
}

/** One of them: says that it is ready, waits for the other, and writes every second mark. */
internal object AnchorWriter {
    const val WRITES = 150

    fun store(file: File) = KeystoreAnchorStore.with(file) { SecretKeySpec(ByteArray(32) { 7 }, "AES") }

    @JvmStatic
    fun main(arguments: Array<String>) {
        val store = store(File(arguments[0]))
        print('r')
        System.out.flush()
        System.`in`.read()
        var latest = -1
        for (commits in arguments[1].toInt() until 2 * WRITES step 2) {
            store.write(mark(commits))
            val there = store.read()!!.substringAfterLast(' ').toIntOrNull() ?: error("a file that was torn")
            check(there >= commits && there >= latest) { "the mark went back to $there from $latest" }
            latest = there
        }
    }
}

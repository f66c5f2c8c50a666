package io.hereabouts.testing

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import java.io.File
import java.net.InetAddress
import java.net.URI
import java.util.logging.Logger

/** That nothing is logged, printed or sent: what a class does not refer to, it cannot do. */
class QuietTest {
    private val modules = File(System.getProperty("hereabouts.modules"))

    @ParameterizedTest
    @ValueSource(strings = ["hereabouts", "hereabouts-ffi", "hereabouts-android", "hereabouts-testing"])
    fun `nothing is logged, printed or sent`(module: String) {
        val classes = classes(module)
        assertTrue(classes.isNotEmpty(), "$module was not compiled")
        val found = classes.flatMap { of -> of.all.filter(::isLoud).map { of.name to it } }.toSet()
        assertEquals(emptySet<Any>(), found - ALLOWED.keys)
    }

    @Test
    fun `what is allowed is still needed`() {
        val found = classes("hereabouts-ffi").flatMap { of -> of.all.map { of.name to it } }.toSet()
        assertEquals(emptySet<Any>(), ALLOWED.keys - found)
    }

    /** Of a class of this file that does each of these. */
    @Test
    fun `what is loud is heard, and nothing else`() {
        val expected = setOf(
            "java/lang/System.out", "java/lang/System.err", "java/lang/Exception.printStackTrace", "java/lang/Thread.dumpStack",
            "kotlin/io/ConsoleKt", "java/util/logging/Logger", "java/lang/System.getLogger", "java/net/InetAddress", "java/net/URI",
            "android/util/Log",
        )
        assertEquals(emptySet<String>(), expected - of(Loud::class.java))
        assertEquals(emptySet<String>(), of(Quiet::class.java))
    }

    private fun of(loud: Class<*>): Set<String> =
        loud.getResourceAsStream("${loud.simpleName}.class")!!.use { References(it.readBytes()) }.all.filter(::isLoud).toSet()

    private fun classes(module: String): List<References> =
        File(modules, "$module/target/classes").walk().filter { it.extension == "class" }.map { References(it.readBytes()) }.toList()
}

/** Where things would be logged, printed or sent: whole packages, classes, and members of classes or of any class. */
private val LOUD_PACKAGES = listOf(
    "java/net/", "javax/net/", "java/util/logging/", "java/rmi/", "org/slf4j/", "org/apache/", "timber/", "okhttp3/", "okio/", "io/ktor/",
    "retrofit2/", "android/net/", "android/webkit/", "com/android/okhttp/", "com/google/android/gms/",
)
private val LOUD_CLASSES = setOf(
    "android/util/Log", "android/util/Slog", "android/util/EventLog", "android/util/LogPrinter", "android/os/DropBoxManager",
    "java/io/Console", "kotlin/io/ConsoleKt", "java/lang/System\$Logger",
    "java/nio/channels/SocketChannel", "java/nio/channels/ServerSocketChannel", "java/nio/channels/DatagramChannel",
    "java/nio/channels/AsynchronousSocketChannel",
)
private val LOUD_MEMBERS = setOf(
    "java/lang/System.out", "java/lang/System.err", "java/lang/System.console", "java/lang/System.getLogger", "java/lang/Thread.dumpStack",
)

private fun isLoud(reference: String): Boolean =
    LOUD_PACKAGES.any { reference.startsWith(it) } || reference.substringBefore('.') in LOUD_CLASSES || reference in LOUD_MEMBERS ||
        reference.endsWith(".printStackTrace")

/** Which class may refer to what, and why. */
private val ALLOWED = mapOf(
    ("io/hereabouts/ffi/LibraryNameKt" to "java/net/URL") to
        "the type of what a class loader finds: it asks whether a library is there, and opens nothing",
)

/** One that is loud in every way. */
private class Loud {
    @Suppress("unused")
    fun everything(address: InetAddress): Any {
        println(address)
        System.err.println(address)
        readlnOrNull()
        Exception().printStackTrace()
        Thread.dumpStack()
        Logger.getAnonymousLogger()
        System.getLogger("loud")
        return listOf(URI("loud:"), Class.forName("android.util.Log"))
    }
}

/** One that is not. */
private class Quiet {
    @Suppress("unused")
    fun nothing(): String = System.getProperty("java.version") + 1
}

package io.hereabouts.shrinking

import com.android.tools.r8.ClassFileConsumer
import com.android.tools.r8.ClassFileResourceProvider
import com.android.tools.r8.CompilationFailedException
import com.android.tools.r8.DexIndexedConsumer
import com.android.tools.r8.Diagnostic
import com.android.tools.r8.DiagnosticsHandler
import com.android.tools.r8.JdkClassFileProvider
import com.android.tools.r8.ProgramResource
import com.android.tools.r8.R8
import com.android.tools.r8.R8Command
import com.android.tools.r8.diagnostic.MissingDefinitionsDiagnostic
import com.android.tools.r8.origin.Origin
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.Paths
import kotlin.io.path.extension
import kotlin.io.path.isDirectory

/** What the app starts with: whoever ships one has rules for what the system calls, as Android's build tools write them. */
private val ENTRIES = listOf(
    "-keep class io.hereabouts.shrinking.AppKt { public static void main(java.lang.String[]); }",
    "-keep class io.hereabouts.shrinking.Phone { public *; }",
)

/** R8 as the build of an app runs it: shrinking, optimizing and renaming, in full mode. */
internal object Shrinker {
    /** The app and all that it brings, by Maven. */
    val inputs: List<Path> =
        listOf(Paths.get(System.getProperty("hereabouts.app"))) +
            System.getProperty("hereabouts.brought").split(File.pathSeparator).map(Paths::get)

    /** Shrinks to a jar that a JVM runs, which has no Android: what only a phone runs has no entry there. */
    fun toJar(rules: List<String>, jar: Path): Unit = run(rules + ENTRIES.first()) {
        addLibraryResourceProvider(jdk())
        setProgramConsumer(ClassFileConsumer.ArchiveConsumer(jar, true))
    }

    /** Shrinks to what a phone runs, against what a phone has and nothing else. */
    fun toDex(rules: List<String>, zip: Path): Unit = run(rules + ENTRIES) {
        addLibraryFiles(Paths.get(Class.forName("android.location.Location", false, javaClass.classLoader).protectionDomain.codeSource.location.toURI()))
        addLibraryResourceProvider(JavaOfAndroid(jdk()))
        setMinApiLevel(24)
        setProgramConsumer(DexIndexedConsumer.ArchiveConsumer(zip))
    }

    private fun run(rules: List<String>, change: R8Command.Builder.() -> Unit) {
        val remarks = Remarks()
        val builder = R8Command.builder(remarks)
        for (part in inputs) {
            if (part.isDirectory()) builder.addProgramFiles(classFiles(part)) else builder.addProgramFiles(part)
        }
        builder.addProguardConfiguration(rules, Origin.unknown())
        builder.change()
        try {
            R8.run(builder.build())
        } catch (refused: CompilationFailedException) {
            throw Refused(remarks.missing, refused)
        }
        check(remarks.warnings.isEmpty()) { "R8 warns: ${remarks.warnings}" }
    }

    private fun classFiles(folder: Path): List<Path> =
        Files.walk(folder).use { files -> files.filter { it.extension == "class" }.toList() }

    private fun jdk(): ClassFileResourceProvider =
        JdkClassFileProvider.fromJdkHome(Paths.get(System.getProperty("java.home")))
}

/** That R8 made nothing. [missing] are the classes that it looked for in vain. */
internal class Refused(val missing: Set<String>, cause: Exception) : Exception("R8 refuses; missing: $missing", cause)

/** What R8 says. What is wrong ends the run; what it warns of would scroll by in an app's build, and is looked at here. */
private class Remarks : DiagnosticsHandler {
    val warnings = mutableListOf<String>()
    val missing = sortedSetOf<String>()

    override fun error(error: Diagnostic) {
        if (error is MissingDefinitionsDiagnostic) {
            error.missingDefinitions.mapTo(missing) { if (it.isMissingClass) it.asMissingClass().classReference.typeName else it.diagnosticMessage }
        }
    }

    override fun warning(warning: Diagnostic) {
        // Jars have manifests of their own: of two, one is dropped. And [JavaOfAndroid] is not the fastest to read from.
        val isOfNoApp = listOf("Resource 'META-INF/", "Class file resource provider does not support async parsing")
        if (isOfNoApp.none { warning.diagnosticMessage.startsWith(it) }) warnings += warning.diagnosticMessage
    }

    override fun info(info: Diagnostic) = Unit
}

/** Of a JDK, the packages of Java that Android has too; and the JDK's own inner parts, without which those are not whole. */
private class JavaOfAndroid(private val jdk: ClassFileResourceProvider) : ClassFileResourceProvider {
    override fun getClassDescriptors(): Set<String> = jdk.classDescriptors.filter(::isThere).toSet()

    override fun getProgramResource(descriptor: String): ProgramResource? =
        if (isThere(descriptor)) jdk.getProgramResource(descriptor) else null

    private fun isThere(descriptor: String): Boolean {
        val name = descriptor.substringBeforeLast('/').removePrefix("L")
        return if (name.startsWith("java/") || name.startsWith("javax/")) name in PACKAGES else true
    }

    private companion object {
        /** By the package index of Android's API reference, level 35, without what no app of ours could touch. */
        val PACKAGES = """
            java/io java/lang java/lang/annotation java/lang/constant java/lang/invoke java/lang/ref java/lang/reflect
            java/lang/runtime java/math java/net java/nio java/nio/channels java/nio/channels/spi java/nio/charset
            java/nio/charset/spi java/nio/file java/nio/file/attribute java/nio/file/spi java/security java/security/cert
            java/security/interfaces java/security/spec java/sql java/text java/time java/time/chrono java/time/format
            java/time/temporal java/time/zone java/util java/util/concurrent java/util/concurrent/atomic
            java/util/concurrent/locks java/util/function java/util/jar java/util/logging java/util/prefs java/util/random
            java/util/regex java/util/stream java/util/zip javax/crypto javax/crypto/interfaces javax/crypto/spec javax/net
            javax/net/ssl javax/security/auth javax/security/auth/callback javax/security/auth/x500 javax/sql
        """.trim().split(Regex("\\s+")).toSet()
    }
}

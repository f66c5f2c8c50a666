package io.hereabouts.testing

import org.objectweb.asm.ClassReader
import org.objectweb.asm.tree.ClassNode

/**
 * All that a class refers to, by its pool of constants, which holds every name that its code can use: classes as
 * `java/lang/System`, members as `java/lang/System.out`; and classes that a text names, as reflection would.
 */
internal class References(bytes: ByteArray) {
    private val reader = ClassReader(bytes)
    private val buffer = CharArray(reader.maxStringLength)

    val name: String = reader.className

    val all: Set<String> = buildSet {
        for (entry in 1 until reader.itemCount) {
            // An entry begins after its tag; the second half of a number of eight bytes is none.
            val at = reader.getItem(entry)
            if (at > 0) addAll(named(reader.readByte(at - 1), at))
        }
        // A field or a method that nobody here uses is in no entry.
        val node = ClassNode().also { reader.accept(it, ClassReader.SKIP_CODE) }
        for (descriptor in node.fields.map { it.desc } + node.methods.map { it.desc }) addAll(classesIn(descriptor))
    }

    private fun named(tag: Int, at: Int): List<String> = when (tag) {
        CLASS, METHOD_TYPE -> classesIn(reader.readUTF8(at, buffer))
        FIELD, METHOD, INTERFACE_METHOD -> listOf(reader.readClass(at, buffer) + "." + reader.readUTF8(nameAndType(at), buffer))
        NAME_AND_TYPE -> classesIn(reader.readUTF8(at + 2, buffer))
        STRING -> listOf(reader.readUTF8(at, buffer)).filter(CLASS_NAME::matches).map { it.replace('.', '/') }
        else -> emptyList()
    }

    private fun nameAndType(at: Int): Int = reader.getItem(reader.readUnsignedShort(at + 2))
}

/** The tags of the entries that name something, by the Java virtual machine's specification, 4.4. */
private const val CLASS = 7
private const val STRING = 8
private const val FIELD = 9
private const val METHOD = 10
private const val INTERFACE_METHOD = 11
private const val NAME_AND_TYPE = 12
private const val METHOD_TYPE = 16

/** A class in a descriptor, such as that of an array or of a method. */
private val IN_DESCRIPTOR = Regex("L([^;<]+);")

/** A text that could be a class's name, with its package. */
private val CLASS_NAME = Regex("[a-z]\\w*([./][a-z]\\w*)+[./][A-Z][\\w$]*")

private fun classesIn(text: String): List<String> =
    if (text.endsWith(";") || text.startsWith("(")) IN_DESCRIPTOR.findAll(text).map { it.groupValues[1] }.toList() else listOf(text)

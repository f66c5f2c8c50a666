package io.hereabouts.shrinking

import java.io.File

/** The rules that an app gets with the AAR, one by one. */
internal class Rules(text: String) {
    /** Each statement; of those that name several attributes, each by itself. */
    val all: List<String> = text.lines()
        .map { it.substringBefore('#').trim() }
        .filter(String::isNotEmpty)
        .fold(emptyList<String>()) { rules, line ->
            if (line.startsWith("-")) rules + line else rules.dropLast(1) + "${rules.last()} $line"
        }
        .flatMap(::single)

    fun without(rule: String): List<String> = all.filterNot { it == rule }

    private fun single(rule: String): List<String> {
        val attributes = rule.substringAfter("-keepattributes ", "")
        return if (attributes.isEmpty()) listOf(rule) else attributes.split(',').map { "-keepattributes ${it.trim()}" }
    }

    companion object {
        fun shipped(): Rules = Rules(
            File(System.getProperty("hereabouts.modules"), "hereabouts-android/src/main/aar/proguard.txt").readText(),
        )
    }
}

package io.hereabouts

import androidx.annotation.WorkerThread
import io.hereabouts.ffi.Telling
import io.hereabouts.ffi.presetNames
import io.hereabouts.ffi.Policy as CorePolicy
import io.hereabouts.ffi.PolicyChange as CoreChange

/**
 * What may be told about where a device is: for which purposes, to which destinations, at which loss of privacy.
 *
 * A policy that exists has been checked whole. What this version cannot honour is refused and never ignored. The file is what
 * reviewers read ([fromToml], [fromJson], [read]); the same can be built in code ([policy], [PolicyBuilder]).
 */
public class Policy internal constructor(core: CorePolicy) : AutoCloseable {
    internal val handle: Handle<CorePolicy> = Handle(core, "Policy")

    /** The names of the purposes, in alphabetical order. */
    public val purposes: List<String> get() = handle.use { it.purposes() }

    /** The names of the destinations, in alphabetical order. */
    public val destinations: List<String> get() = handle.use { it.destinations() }

    /** What a user can choose as a ceiling: "off", "precise", and those of the policy in alphabetical order. */
    public val ceilings: List<String> get() = handle.use { it.ceilings() }

    /** Whether it lets a user protect places. */
    public val hasZones: Boolean get() = handle.use { it.hasZones() }

    /** The protected radius in metres: two places nearer than this must look alike. */
    public val radiusM: Double get() = handle.use { it.radiusM() }

    /** The fingerprint of all that it says, in 64 hexadecimal digits: what sealed messages are bound to as its version. */
    public val fingerprint: String get() = handle.use { it.fingerprint() }

    /** What whoever reviews it should know, a sentence without its end each. */
    public val notes: List<String> get() = handle.use { it.notes() }

    /** What each destination learns, in plain sentences, with cells measured at a latitude in degrees. */
    public fun explain(latitudeDeg: Double): String = handle.use { it.explain(latitudeDeg) }

    /** The same figures as JSON. */
    public fun explainJson(latitudeDeg: Double): String = handle.use { it.explainJson(latitudeDeg) }

    /** What another policy says differently from this one, and whether it tells more. */
    public fun diff(other: Policy): List<PolicyChange> =
        handle.use { core -> other.handle.use { core.diff(it).map(::PolicyChange) } }

    /** The grid that a destination gets for a purpose, as "h3:6"; null if the policy does not name both. */
    public fun gridFor(purpose: String, destination: String): String? = handle.use { it.gridFor(purpose, destination) }

    /** How many bytes every message to a sealed destination has; null if it is not sealed, or not named. */
    public fun messageBytes(destination: String): Long? = handle.use { it.messageBytes(destination)?.toLong() }

    /** Frees the policy; minimizers that were made of it go on. Using it afterwards is an [IllegalStateException]. */
    override fun close(): Unit = handle.close()

    /** How policies are made. */
    public companion object {
        /**
         * Reads a policy written in TOML.
         *
         * @throws PolicyException with the line, the key, what is wrong and what would be right.
         */
        @JvmStatic
        @Throws(HereaboutsException::class)
        public fun fromToml(text: String): Policy = crossing { Policy(CorePolicy.fromToml(text)) }

        /**
         * Reads a policy written in JSON.
         *
         * @throws PolicyException as [fromToml].
         */
        @JvmStatic
        @Throws(HereaboutsException::class)
        public fun fromJson(text: String): Policy = crossing { Policy(CorePolicy.fromJson(text)) }

        /**
         * Reads a policy written in TOML or JSON, with the texts of the files that it names, by the names that stand in it: for
         * apps that carry their files as assets.
         *
         * @throws PolicyException as [fromToml], or if a file is not there or holds something else.
         */
        @JvmStatic
        @Throws(HereaboutsException::class)
        public fun fromText(text: String, files: Map<String, String>): Policy = crossing { Policy(CorePolicy.fromText(text, files)) }

        /**
         * Reads a policy from a file: JSON if its first character beside blanks is `{`, otherwise TOML. Files that it
         * names are looked for beside it.
         *
         * @throws PolicyException as [fromToml], or if a file cannot be read.
         */
        @JvmStatic
        @WorkerThread
        @Throws(HereaboutsException::class)
        public fun read(path: String): Policy = crossing { Policy(CorePolicy.read(path)) }

        /** The names of the floors that carry a threshold of a law or a store, as [FloorBuilder.preset] takes them. */
        @JvmStatic
        public fun presets(): List<String> = crossing { presetNames() }
    }
}

/** One thing that a policy says differently from another. */
public class PolicyChange internal constructor(private val core: CoreChange) {
    /** What it is about, such as "weather to eu". */
    public val about: String get() = core.about

    /** What of it, such as "the grid". */
    public val what: String get() = core.what

    /** What the first policy says; null if nothing. */
    public val from: String? get() = core.from

    /** What the second policy says; null if nothing. */
    public val to: String? get() = core.to

    /** Whether the second tells more: true, false, or null where neither can be said. */
    public val tellsMore: Boolean?
        get() = when (core.telling) {
            Telling.MORE -> true
            Telling.LESS -> false
            Telling.OTHER -> null
        }

    /** All of it in a sentence without its end. */
    override fun toString(): String = core.text
}

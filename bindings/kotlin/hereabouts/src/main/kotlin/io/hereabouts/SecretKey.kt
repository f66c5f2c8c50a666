package io.hereabouts

import io.hereabouts.ffi.SecretKey as CoreKey

/**
 * The key that opens sealed messages, for services and for tests. It belongs on a machine of the one whom the policy names in
 * `keys`, and never on a device that seals.
 */
public class SecretKey internal constructor(core: CoreKey) : AutoCloseable {
    private val handle = Handle(core, "SecretKey")

    /** The public key, to be named in a policy's `seal_to`. */
    public val publicKey: String get() = handle.use { it.publicKey() }

    /** The text that [fromText] reads: to be written where nobody else reads. */
    public fun toText(): String = handle.use { it.toText() }

    /**
     * The release in a sealed message, as one line of JSON: of a purpose to a destination, under the policy with this
     * fingerprint. Whoever knows the public key can seal: what comes out is as trustworthy as the way that it came by.
     *
     * @throws SealException if the message is sealed to another key or for anything else, or was changed.
     */
    @Throws(HereaboutsException::class)
    public fun open(message: String, purpose: String, destination: String, fingerprint: String): String =
        handle.use { it.open(message, purpose, destination, fingerprint) }

    /** Wipes the key from Rust's memory. Using it afterwards is an [IllegalStateException]. */
    override fun close(): Unit = handle.close()

    /** Tells nothing. */
    override fun toString(): String = "SecretKey(..)"

    /** How keys are made. */
    public companion object {
        /** A new key, from the operating system's random numbers. */
        @JvmStatic
        @Throws(HereaboutsException::class)
        public fun generate(): SecretKey = crossing { SecretKey(CoreKey.generate()) }

        /**
         * A key from its text.
         *
         * @throws SealException if it is none. The text is not in the message.
         */
        @JvmStatic
        @Throws(HereaboutsException::class)
        public fun fromText(text: String): SecretKey = crossing { SecretKey(CoreKey.fromText(text)) }
    }
}

package io.hereabouts.android

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.InputStream
import java.io.OutputStream
import java.security.AlgorithmParameters
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import javax.crypto.Cipher
import javax.crypto.CipherSpi
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * The Keystore of a device as one app sees it, for machines that have none: under Android's name, with keys that cannot be taken
 * out and that do only what they were made for. What it enforces is what Android documents of [KeyGenParameterSpec]; the
 * encryption itself is the JVM's.
 */
internal class DeviceKeystore : Provider("AndroidKeyStore", "1", "the Keystore of a device") {
    /** The app's keys, by their alias. */
    val made: MutableMap<String, DeviceKey> = ConcurrentHashMap()

    /** What asking for a key fails with; the Keystore is a process of its own, and at times it does not answer. */
    var failure: (() -> Exception)? = null

    /** Is told that a key is asked for, on the thread that asks. */
    var asked: () -> Unit = {}

    /** How many keys were made, those that another took the place of included. */
    val makings = AtomicInteger()

    init {
        putService(service("KeyStore", "AndroidKeyStore") { Store(this) })
        putService(service("KeyGenerator", "AES") { Generator(this) })
        putService(service("Cipher", "AES/GCM/NoPadding") { GcmCipher() })
    }

    private fun service(type: String, algorithm: String, make: () -> Any): Service =
        object : Service(this, type, algorithm, type, null, null) {
            override fun newInstance(parameter: Any?): Any = make()

            override fun supportsParameter(parameter: Any?): Boolean = parameter is DeviceKey
        }
}

/** A key that stays in the device: nobody gets its bytes, so that every other provider refuses it. */
internal class DeviceKey(val spec: KeyGenParameterSpec, internal val inside: SecretKey) : SecretKey {
    override fun getAlgorithm(): String = "AES"
    override fun getFormat(): String? = null
    override fun getEncoded(): ByteArray? = null
}

private class Generator(private val device: DeviceKeystore) : KeyGeneratorSpi() {
    private lateinit var spec: KeyGenParameterSpec

    override fun engineInit(parameters: AlgorithmParameterSpec?, random: SecureRandom?) {
        spec = parameters as? KeyGenParameterSpec
            ?: throw InvalidAlgorithmParameterException("the Keystore makes keys of a KeyGenParameterSpec alone")
    }

    override fun engineInit(random: SecureRandom?) = throw UnsupportedOperationException("a KeyGenParameterSpec is needed")

    override fun engineInit(bits: Int, random: SecureRandom?) = throw UnsupportedOperationException("a KeyGenParameterSpec is needed")

    override fun engineGenerateKey(): SecretKey {
        val bits = spec.keySize.takeIf { it > 0 } ?: 128
        val inside = KeyGenerator.getInstance("AES", "SunJCE").apply { init(bits) }.generateKey()
        Thread.sleep(20) // as a phone's takes its time
        device.makings.incrementAndGet()
        device.failure = null
        return DeviceKey(spec, inside).also { device.made[spec.keystoreAlias] = it }
    }
}

private class GcmCipher : CipherSpi() {
    private val cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE")

    override fun engineInit(mode: Int, key: Key, random: SecureRandom?) = cipher.init(mode, allowed(mode, key))

    override fun engineInit(mode: Int, key: Key, parameters: AlgorithmParameterSpec?, random: SecureRandom?) {
        val inside = allowed(mode, key)
        if (mode == Cipher.ENCRYPT_MODE && (key as DeviceKey).spec.isRandomizedEncryptionRequired && parameters != null) {
            throw InvalidAlgorithmParameterException("a nonce of the caller's is not permitted")
        }
        if (parameters !is GCMParameterSpec) throw InvalidAlgorithmParameterException("a GCMParameterSpec is needed")
        cipher.init(mode, inside, parameters)
    }

    override fun engineInit(mode: Int, key: Key, parameters: AlgorithmParameters?, random: SecureRandom?) =
        engineInit(mode, key, parameters?.getParameterSpec(GCMParameterSpec::class.java), random)

    /** The key's bytes, if it was made for this. */
    private fun allowed(mode: Int, key: Key): SecretKey {
        val (spec, inside) = (key as? DeviceKey)?.let { it.spec to it.inside } ?: throw InvalidKeyException("no key of the Keystore")
        val purpose = if (mode == Cipher.ENCRYPT_MODE) KeyProperties.PURPOSE_ENCRYPT else KeyProperties.PURPOSE_DECRYPT
        if (spec.purposes and purpose == 0) throw InvalidKeyException("incompatible purpose")
        if (KeyProperties.BLOCK_MODE_GCM !in spec.blockModes) throw InvalidKeyException("incompatible block mode")
        if (KeyProperties.ENCRYPTION_PADDING_NONE !in spec.encryptionPaddings) throw InvalidKeyException("incompatible padding")
        if (spec.isUserAuthenticationRequired) throw InvalidKeyException("the user is not there")
        return inside
    }

    override fun engineUpdate(input: ByteArray?, offset: Int, length: Int): ByteArray? = cipher.update(input, offset, length)
    override fun engineUpdate(input: ByteArray?, offset: Int, length: Int, output: ByteArray?, outputOffset: Int): Int =
        cipher.update(input, offset, length, output, outputOffset)
    override fun engineDoFinal(input: ByteArray?, offset: Int, length: Int): ByteArray =
        if (input == null) cipher.doFinal() else cipher.doFinal(input, offset, length)
    override fun engineDoFinal(input: ByteArray?, offset: Int, length: Int, output: ByteArray?, outputOffset: Int): Int =
        cipher.doFinal(input, offset, length, output, outputOffset)
    override fun engineGetIV(): ByteArray = cipher.iv
    override fun engineGetBlockSize(): Int = cipher.blockSize
    override fun engineGetOutputSize(length: Int): Int = cipher.getOutputSize(length)
    override fun engineGetParameters(): AlgorithmParameters = cipher.parameters
    override fun engineSetMode(mode: String) = Unit
    override fun engineSetPadding(padding: String) = Unit
}

/** A store without files or passwords, and without certificates, which no secret key has. */
private class Store(private val device: DeviceKeystore) : KeyStoreSpi() {
    override fun engineLoad(stream: InputStream?, password: CharArray?) {
        require(stream == null && password == null) { "the Keystore is no file" }
    }

    override fun engineGetKey(alias: String, password: CharArray?): Key? {
        device.asked()
        device.failure?.let { throw it() }
        return device.made[alias]
    }

    override fun engineDeleteEntry(alias: String) {
        device.made.remove(alias)
    }

    override fun engineAliases(): Enumeration<String> = Collections.enumeration(device.made.keys)
    override fun engineContainsAlias(alias: String): Boolean = alias in device.made
    override fun engineIsKeyEntry(alias: String): Boolean = alias in device.made
    override fun engineSize(): Int = device.made.size
    override fun engineGetCreationDate(alias: String): Date? = null
    override fun engineGetCertificate(alias: String): Certificate? = null
    override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null
    override fun engineGetCertificateAlias(certificate: Certificate?): String? = null
    override fun engineIsCertificateEntry(alias: String): Boolean = false
    override fun engineStore(stream: OutputStream?, password: CharArray?) = throw UnsupportedOperationException()
    override fun engineSetKeyEntry(alias: String, key: Key?, password: CharArray?, chain: Array<Certificate>?) =
        throw UnsupportedOperationException()
    override fun engineSetKeyEntry(alias: String, key: ByteArray?, chain: Array<Certificate>?) =
        throw UnsupportedOperationException()
    override fun engineSetCertificateEntry(alias: String, certificate: Certificate?) = throw UnsupportedOperationException()
}

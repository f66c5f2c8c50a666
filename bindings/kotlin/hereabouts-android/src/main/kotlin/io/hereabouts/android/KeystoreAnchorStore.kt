package io.hereabouts.android

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.AtomicFile
import io.hereabouts.AnchorStore
import java.io.File
import java.security.KeyStore
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * An anchor's line in a file that a key of the Android Keystore seals: the key leaves neither the device nor the app, so that a
 * copy of the file from another device, or from before the app was installed anew, opens no more; and then every window of the
 * budget counts as spent.
 *
 * @param file where the line is kept, out of backups: such as a file in `noBackupFilesDir`.
 */
public class KeystoreAnchorStore private constructor(file: File, private val key: () -> SecretKey) : AnchorStore {
    private val file = AtomicFile(file)

    /** An anchor's line beside the ledger of [hereaboutsLedger], sealed by a key of the Keystore. */
    public constructor(context: Context) : this(File(context.noBackupFilesDir, "hereabouts.anchor"), ::keyOfKeystore)

    /**
     * The line that was written last; null if none ever was; that of no ledger if its key is gone, or it is another's.
     *
     * @throws java.security.GeneralSecurityException if the Keystore does not answer.
     * @throws java.io.IOException if the file cannot be read.
     */
    @Synchronized
    override fun read(): String? {
        if (!file.baseFile.exists()) return null
        val sealed = file.readFully()
        if (sealed.size < NONCE_BYTES) return OF_NO_LEDGER
        // Any other failure is the Keystore's, and may pass: nothing is released meanwhile, and nothing is spent by it.
        return try {
            opened(sealed)
        } catch (_: AEADBadTagException) {
            OF_NO_LEDGER
        }
    }

    /**
     * Seals the line and keeps it, synced to the disk.
     *
     * @throws java.security.GeneralSecurityException if the Keystore does not answer.
     * @throws java.io.IOException if the file cannot be written.
     */
    @Synchronized
    override fun write(line: String) {
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, key()) }
        val sealed = cipher.iv + cipher.doFinal(line.toByteArray())
        val output = file.startWrite()
        try {
            output.write(sealed)
            file.finishWrite(output) // which syncs it to the disk
        } catch (failure: Exception) {
            file.failWrite(output)
            throw failure
        }
    }

    private fun opened(sealed: ByteArray): String {
        val nonce = GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_BYTES)
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.DECRYPT_MODE, key(), nonce) }
        return String(cipher.doFinal(sealed, NONCE_BYTES, sealed.size - NONCE_BYTES))
    }

    internal companion object {
        /** For tests: a key from elsewhere. */
        internal fun with(file: File, key: () -> SecretKey): KeystoreAnchorStore = KeystoreAnchorStore(file, key)
    }
}

private const val CIPHER = "AES/GCM/NoPadding"
private const val NONCE_BYTES = 12
private const val TAG_BITS = 128
private const val KEYSTORE = "AndroidKeyStore"
private const val ALIAS = "io.hereabouts.anchor"

/** What cannot be opened is the anchor of no ledger: it was written by another device, or by another installation. */
private const val OF_NO_LEDGER = "an anchor that this device did not seal"

private fun keyOfKeystore(): SecretKey {
    val keystore = KeyStore.getInstance(KEYSTORE).apply { load(null) }
    (keystore.getKey(ALIAS, null) as? SecretKey)?.let { return it }
    val spec = KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
        .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
        .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
        .build()
    return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE).apply { init(spec) }.generateKey()
}

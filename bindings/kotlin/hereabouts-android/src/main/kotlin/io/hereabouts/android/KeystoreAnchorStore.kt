package io.hereabouts.android

import android.content.Context
import io.hereabouts.AnchorStore
import java.io.File
import java.io.FileNotFoundException
import java.io.FileOutputStream
import java.io.IOException
import java.security.GeneralSecurityException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * An anchor's line in a file that a key of the Android Keystore seals: the key leaves neither the device nor the app, so that a
 * copy of the file from another device, or from before the app was installed anew, opens no more; and then every window of the
 * budget counts as spent.
 *
 * The processes of an app may share it, as they may share the ledger: one reads or writes at a time, and the later mark stands.
 */
public class KeystoreAnchorStore internal constructor(
    file: File,
    private val key: SealingKey,
    private val syncFolder: (File) -> Unit,
) : AnchorStore {
    private val file = file.absoluteFile
    private val turns = FileTurns(this.file)

    /** What is in the file as far as this store knows, and what it says: the Keystore takes milliseconds for each answer. */
    private var known: Pair<ByteArray, String>? = null

    /** An anchor's line beside the ledger of [hereaboutsLedger], sealed by a key of the Keystore. */
    public constructor(context: Context) : this(File(context.noBackupFilesDir, "hereabouts.anchor"), KeystoreKey, ::syncFolder)

    /**
     * The line that was written last; null if none ever was; that of no ledger if its key is gone, or it is another's.
     *
     * @throws GeneralSecurityException if the Keystore does not answer.
     * @throws IOException if the file cannot be read.
     */
    @Throws(IOException::class, GeneralSecurityException::class)
    override fun read(): String? = turns.take(::kept)

    /**
     * Seals the line and keeps it, synced to the disk with its folder; unless a later one of the same ledger is there already.
     *
     * @throws GeneralSecurityException if the Keystore does not answer.
     * @throws IOException if the file cannot be written.
     */
    @Throws(IOException::class, GeneralSecurityException::class)
    override fun write(line: String): Unit = turns.take {
        if (kept()?.isLaterThan(line) != true) {
            val sealed = sealed(line)
            replace(sealed)
            known = Pair(sealed, line)
        }
    }

    private fun kept(): String? {
        val sealed = try {
            file.readBytes()
        } catch (failure: FileNotFoundException) {
            if (file.exists()) throw failure // and may not be read
            return null
        }
        known?.let { (bytes, line) -> if (bytes.contentEquals(sealed)) return line }
        if (sealed.size < NONCE_BYTES + TAG_BYTES) return OF_NO_LEDGER
        // What is no failure for good may pass: nothing is released meanwhile, and nothing is spent by it.
        return try {
            val line = key.existing()?.let { opened(sealed, it) } ?: return OF_NO_LEDGER
            line.also { known = Pair(sealed, it) }
        } catch (_: AEADBadTagException) {
            OF_NO_LEDGER
        } catch (failure: Exception) {
            if (failure.isForGood()) OF_NO_LEDGER else throw failure
        }
    }

    /** What is there is the old or the new, whenever the device stops. Android's AtomicFile does not tell when it fails. */
    private fun replace(sealed: ByteArray) {
        val next = File(file.path + ".new")
        FileOutputStream(next).use {
            it.write(sealed)
            it.fd.sync()
        }
        if (!next.renameTo(file)) throw IOException("the anchor's file cannot be replaced: its folder must be writable")
        // Until its folder is synced the old one may come back. A release must not rest on that: so it fails, as the ledger does.
        syncFolder(checkNotNull(file.parentFile))
    }

    private fun sealed(line: String): ByteArray =
        try {
            sealed(line, key.existing() ?: key.make())
        } catch (failure: Exception) {
            if (!failure.isForGood()) throw failure
            sealed(line, key.make())
        }

    internal companion object {
        /** For tests: a key from elsewhere, and a folder that is synced on machines that are no phone. */
        internal fun with(file: File, syncFolder: (File) -> Unit = ::syncByChannel, key: () -> SecretKey): KeystoreAnchorStore =
            KeystoreAnchorStore(file, KeyFromElsewhere(key), syncFolder)
    }
}

private class KeyFromElsewhere(private val key: () -> SecretKey) : SealingKey {
    override fun existing(): SecretKey = key()

    override fun make(): SecretKey = key()
}

private const val CIPHER = "AES/GCM/NoPadding"
private const val NONCE_BYTES = 12
private const val TAG_BYTES = 16

/** What cannot be opened is the anchor of no ledger: it was written by another device, or by another installation. */
private const val OF_NO_LEDGER = "an anchor that this device did not seal"

private fun sealed(line: String, key: SecretKey): ByteArray {
    val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, key) }
    return cipher.iv + cipher.doFinal(line.toByteArray())
}

private fun opened(sealed: ByteArray, key: SecretKey): String {
    val nonce = GCMParameterSpec(8 * TAG_BYTES, sealed, 0, NONCE_BYTES)
    val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.DECRYPT_MODE, key, nonce) }
    return String(cipher.doFinal(sealed, NONCE_BYTES, sealed.size - NONCE_BYTES))
}

/** A mark's line ends in a count of a fixed width; what stands before it is the ledger's. */
private fun String.isLaterThan(line: String): Boolean =
    length == line.length && substringBeforeLast(' ') == line.substringBeforeLast(' ') && this > line

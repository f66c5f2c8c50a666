package io.hereabouts.android

import android.os.Build
import android.security.KeyStoreException
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import java.security.KeyStore
import java.security.UnrecoverableKeyException
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey

/** Where the key that seals an anchor comes from. */
internal interface SealingKey {
    /** The key; null if there is none. */
    fun existing(): SecretKey?

    /** A new key. What another one sealed opens no more. */
    fun make(): SecretKey
}

/** The app's key in the Android Keystore. */
internal object KeystoreKey : SealingKey {
    private const val KEYSTORE = "AndroidKeyStore"
    private const val ALIAS = "io.hereabouts.anchor"

    override fun existing(): SecretKey? = KeyStore.getInstance(KEYSTORE).apply { load(null) }.getKey(ALIAS, null) as? SecretKey

    override fun make(): SecretKey {
        val spec = KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE).apply { init(spec) }.generateKey()
    }
}

/**
 * Whether the Keystore says that the key will never work again. Android says so in several ways; all else, such as a Keystore
 * that is busy or was not started yet, may pass.
 */
internal fun Throwable.isForGood(): Boolean = generateSequence(this) { it.cause }.take(MOST_CAUSES).any {
    when (it) {
        is KeyPermanentlyInvalidatedException -> true
        // Android wraps what failed as the cause of this one, except where the key is invalidated for good.
        is UnrecoverableKeyException -> it.cause == null
        is KeyStoreException -> it.isOfKey()
        else -> false
    }
}

private fun KeyStoreException.isOfKey(): Boolean {
    // A key's damaged blob has no number of its own, in no version: the class says it to people alone.
    if (message.orEmpty().startsWith("Invalid key blob")) return true
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return false
    return numericErrorCode == KeyStoreException.ERROR_KEY_CORRUPTED || numericErrorCode == KeyStoreException.ERROR_KEY_DOES_NOT_EXIST
}

/** More than any chain of causes has; one that goes round in a circle ends too. */
private const val MOST_CAUSES = 16

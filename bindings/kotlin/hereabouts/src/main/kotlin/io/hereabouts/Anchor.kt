package io.hereabouts

import io.hereabouts.ffi.StoreException
import io.hereabouts.ffi.Anchor as CoreAnchor
import io.hereabouts.ffi.AnchorStore as CoreStore

/**
 * A small place for one line of text, out of the reach of what deletes or restores the ledger's file: such as a file that a
 * key of the Android Keystore seals.
 */
public interface AnchorStore {
    /** The line that was written last; null if none ever was. Throw if it cannot be read: then nothing is released. */
    @Throws(Exception::class)
    public fun read(): String?

    /** Keeps the line, durably. Throw if it cannot be written: then nothing is released. */
    @Throws(Exception::class)
    public fun write(line: String)
}

/**
 * Keeps how far a ledger has come where a deletion, a reinstall or an old backup of the ledger does not reach. A ledger that
 * is missing, or further back than its anchor, was deleted or set back: then every window of the budget counts as spent.
 */
public class Anchor internal constructor(private val make: () -> CoreAnchor) {
    /** An anchor for one minimizer. It keeps what it needs. */
    internal fun <R> crossing(work: (CoreAnchor) -> R): R = make().use(work)

    /** How anchors are made. */
    public companion object {
        /** An anchor in a file of its own, in another folder than the ledger. Processes that share a ledger may share it. */
        @JvmStatic
        public fun file(path: String): Anchor = Anchor { CoreAnchor.file(path) }

        /** An anchor in a store of the app's. Where several processes write one ledger, the store must be theirs together. */
        @JvmStatic
        public fun store(store: AnchorStore): Anchor = Anchor { CoreAnchor.store(CrossingStore(store)) }
    }
}

private class CrossingStore(private val store: AnchorStore) : CoreStore {
    override fun read(): String? = calledBack(StoreException::Unavailable) { store.read() }

    override fun write(line: String) = calledBack(StoreException::Unavailable) { store.write(line) }
}

/**
 * Calls the app from within a call of Rust. What the app throws stays with the app: it could name a place, and its text would
 * cross. And nothing may pass here: the generated code lets an [Error] through to JNA, which logs it, and Rust takes the call
 * as one that succeeded.
 */
internal inline fun <R> calledBack(failure: () -> Exception, work: () -> R): R =
    try {
        work()
    } catch (_: Throwable) {
        throw failure()
    }

package io.hereabouts

import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong

/**
 * What stands between an object of Rust and everything that could use it too late.
 *
 * The generated code guards the object that a function is called *on*, but not those that are its arguments: a closed one
 * would be a pointer to freed memory. So every use, of either kind, goes through here: it fails once the handle is closed,
 * and the object lives until the last use has ended.
 */
internal class Handle<T : AutoCloseable>(val core: T, private val name: String) {
    /** One for the owner, and one for each use under way; at zero the object is freed. */
    private val holders = AtomicLong(1)
    private val isClosed = AtomicBoolean(false)

    fun <R> use(work: (T) -> R): R {
        enter()
        try {
            return crossing { work(core) }
        } finally {
            leave()
        }
    }

    fun close() {
        if (isClosed.compareAndSet(false, true)) leave()
    }

    fun enter() {
        while (true) {
            val now = holders.get()
            check(now > 0 && !isClosed.get()) { "this $name is closed: make a new one" }
            if (holders.compareAndSet(now, now + 1)) return
        }
    }

    fun leave() {
        if (holders.decrementAndGet() == 0L) core.close()
    }
}

/** Uses many at once: all live until the work is done. */
internal fun <T : AutoCloseable, R> useAll(handles: List<Handle<T>>, work: (List<T>) -> R): R {
    var entered = 0
    try {
        for (handle in handles) {
            handle.enter()
            entered++
        }
        return crossing { work(handles.map { it.core }) }
    } finally {
        handles.take(entered).forEach { it.leave() }
    }
}

package io.hereabouts.example

import io.hereabouts.Clock
import io.hereabouts.ClockReading
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.coroutines.CoroutineContext

/** Where one can be made to wait, until it may go on. */
internal class Wait {
    private class Held(val came: CountDownLatch = CountDownLatch(1), val goesOn: CountDownLatch = CountDownLatch(1))

    @Volatile
    private var wanted: Held? = null

    @Volatile
    private var last: Held? = null

    /** The next that passes waits. */
    fun holdNext() = Held().let { last = it; wanted = it }

    /** Whether one waits. */
    val isHeld: Boolean get() = last?.came?.count == 0L

    fun goOn() = checkNotNull(last).goesOn.countDown()

    fun pass() {
        val held = synchronized(this) { wanted.also { wanted = null } } ?: return
        held.came.countDown()
        check(held.goesOn.await(60, TimeUnit.SECONDS)) { "nobody lets it go on" }
    }
}

/** A clock at which a call waits: it has begun then, and is in the midst of its work. */
internal class WaitingClock(private val clock: Clock, private val wait: Wait) : Clock {
    override fun reading(): ClockReading {
        wait.pass()
        return clock.reading()
    }
}

/** Threads on which one piece of work waits, and the others do not. */
internal class WaitingDispatcher(private val wait: Wait) : CoroutineDispatcher() {
    override fun dispatch(context: CoroutineContext, block: Runnable) = Dispatchers.IO.dispatch(context) {
        wait.pass()
        block.run()
    }
}

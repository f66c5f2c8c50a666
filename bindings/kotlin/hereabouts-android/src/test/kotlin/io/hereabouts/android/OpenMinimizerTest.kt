package io.hereabouts.android

import android.content.Context
import android.content.ContextWrapper
import io.hereabouts.HereaboutsException
import io.hereabouts.LedgerException
import io.hereabouts.Minimizer
import io.hereabouts.Outcome
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import java.io.File
import java.security.ProviderException
import java.security.Security
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** A minimizer that is opened from the main thread. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34, 35])
class OpenMinimizerTest {
    private val app: Context get() = RuntimeEnvironment.getApplication()
    private val device = DeviceKeystore()
    private val worker = Executors.newSingleThreadExecutor { Thread(it, "ledger") }
    private val dispatcher = worker.asCoroutineDispatcher()

    @Before
    fun start() {
        assertTrue("the machine has a Keystore of its own", Security.addProvider(device) > 0)
    }

    @After
    fun end() {
        dispatcher.close()
        Security.removeProvider(device.name)
    }

    @Test
    fun `it is opened on the dispatcher, and the caller's thread is free meanwhile`() = runBlocking {
        val (ran, threads) = Pair(CountDownLatch(1), ConcurrentLinkedQueue<String>())
        device.asked = { threads += Thread.currentThread().name }
        val context = Asking(app) {
            threads += Thread.currentThread().name
            check(ran.await(10, TimeUnit.SECONDS)) { "the caller's thread waits" }
        }
        launch { ran.countDown() } // on this thread
        val minimizer = context.openMinimizer(runs(), dispatcher)
        assertOnDispatcher(threads)
        threads.clear()
        assertTrue(minimizer.release(now(), "run", "eu") is Outcome.Released)
        assertOnDispatcher(threads)
        minimizer.closeSuspending()
    }

    private fun assertOnDispatcher(threads: Collection<String>) =
        assertTrue("$threads", threads.isNotEmpty() && threads.all { it.startsWith("ledger") })

    @Test
    fun `one that nobody waits for any more is closed`() = runBlocking {
        val (began, goesOn) = List(2) { CountDownLatch(1) }
        val context = Asking(app) {
            began.countDown()
            goesOn.await()
        }
        var opened: Minimizer? = null
        val call = launch(Dispatchers.Default) { opened = context.openMinimizer(runs(), dispatcher) }
        began.await()
        call.cancel()
        goesOn.countDown()
        call.join()
        assertTrue(call.isCancelled)
        assertNull(opened)
        assertTrue("it was made", app.hereaboutsLedger.exists())
        assertEquals("and closed", emptyList<String>(), besideTheLedger())
        app.openMinimizer(runs(), dispatcher).use { minimizer ->
            assertTrue(minimizer.release(now(), "run", "eu") is Outcome.Released)
            assertTrue("an open one has files beside it", besideTheLedger().isNotEmpty())
        }
        assertEquals(emptyList<String>(), besideTheLedger())
    }

    @Test
    fun `one that was not begun is none`() = runBlocking {
        val goesOn = CountDownLatch(1)
        worker.execute { goesOn.await() }
        val call = launch { app.openMinimizer(runs(), dispatcher) }
        yield() // it waits for the dispatcher now
        call.cancel()
        goesOn.countDown()
        call.join()
        assertTrue(call.isCancelled)
        assertFalse(app.hereaboutsLedger.exists())
    }

    @Test
    fun `what fails is told as elsewhere, and is no cancellation`() = runBlocking {
        app.openMinimizer(runs(), dispatcher).use { it.release(now(), "run", "eu") }
        device.failure = { ProviderException("the Keystore is busy") }
        assertEquals(HereaboutsException.Kind.LEDGER_ANCHOR, refusal().kind)
        assertEquals("what failed is closed too", emptyList<String>(), besideTheLedger())
        device.failure = null
        assertTrue(app.hereaboutsLedger.delete() && app.hereaboutsLedger.mkdir())
        assertEquals(HereaboutsException.Kind.LEDGER_UNFIT, refusal().kind)
    }

    private suspend fun refusal(): HereaboutsException {
        val failure = runCatching { app.openMinimizer(runs(), dispatcher) }.exceptionOrNull()
        assertSame("$failure", LedgerException::class.java, failure?.javaClass)
        return failure as LedgerException
    }

    /** What SQLite keeps beside a ledger as long as somebody has it open, and takes away when the last one closes it. */
    private fun besideTheLedger(): List<String> =
        app.noBackupFilesDir.list()!!.filter { it.startsWith(app.hereaboutsLedger.name + "-") }
}

/** An app that is told when it is asked for the ledger's folder: the first thing that opening does. */
private class Asking(app: Context, private val asked: () -> Unit) : ContextWrapper(app) {
    override fun getNoBackupFilesDir(): File {
        asked()
        return super.getNoBackupFilesDir()
    }
}

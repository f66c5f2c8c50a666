package io.hereabouts

import androidx.annotation.WorkerThread
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import io.hereabouts.ffi.Minimizer as CoreMinimizer
import io.hereabouts.ffi.Request as CoreRequest

/**
 * Turns fixes into releases under a policy. The only maker of releases.
 *
 * One minimizer serves every thread of an app. Its functions read and write the ledger's file, which takes some milliseconds:
 * those that suspend do so on [dispatcher] and may be called from the main thread; those whose names end in `Blocking` may not.
 *
 * A call that is cancelled before it began does nothing. One that has begun ends: what it charged is charged, and what it
 * released is dropped with the coroutine.
 */
public class Minimizer internal constructor(core: CoreMinimizer, private val dispatcher: CoroutineDispatcher) : AutoCloseable {
    internal val handle: Handle<CoreMinimizer> = Handle(core, "Minimizer")

    /** The numbers that Rust gave to purposes and destinations: to hand over their names costs more than a release does. */
    private val lines = ConcurrentHashMap<Pair<String, String>, UInt>()

    /**
     * Releases a fix for a purpose to a destination, if the tick and the budget allow it. When this gives a release, its loss
     * has been charged and recorded durably.
     *
     * @throws UnknownNameException if the policy names no such purpose or destination.
     * @throws HereaboutsException if the ledger or the device's randomness fails: then nothing was released.
     */
    public suspend fun release(fix: Fix, purpose: String, destination: String): Outcome =
        withContext(dispatcher) { releaseBlocking(fix, purpose, destination) }

    /** [release] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun releaseBlocking(fix: Fix, purpose: String, destination: String): Outcome =
        handle.use { core ->
            val line = lines.getOrPut(Pair(purpose, destination)) { core.line(purpose, destination) }
            fix.handle.use { core.releaseOn(it, line).told() }
        }

    /**
     * Decides many requests in order, and charges and records all that is released in one durable transaction: if one fails,
     * nothing at all was released.
     *
     * @throws UnknownNameException if the policy names no such purpose or destination.
     * @throws HereaboutsException if the ledger or the device's randomness fails.
     */
    public suspend fun releaseAll(requests: List<Request>): List<Outcome> = withContext(dispatcher) { releaseAllBlocking(requests) }

    /** [releaseAll] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun releaseAllBlocking(requests: List<Request>): List<Outcome> = handle.use { core ->
        useAll(requests.map { it.fix.handle }) { fixes ->
            core.releaseAll(fixes.zip(requests) { fix, request -> CoreRequest(fix, request.purpose, request.destination) })
                .map { it.told() }
        }
    }

    /**
     * The same for many fixes, all for one purpose to one destination: they cross together, which costs far less than one by one.
     *
     * @throws UnknownNameException if the policy names no such purpose or destination.
     * @throws HereaboutsException if the ledger or the device's randomness fails.
     */
    public suspend fun releaseBatch(fixes: FixBatch, purpose: String, destination: String): List<Outcome> =
        withContext(dispatcher) { releaseBatchBlocking(fixes, purpose, destination) }

    /** [releaseBatch] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun releaseBatchBlocking(fixes: FixBatch, purpose: String, destination: String): List<Outcome> =
        handle.use { core -> fixes.handle.use { core.releaseBatch(it, purpose, destination).map { outcome -> outcome.told() } } }

    /**
     * What [release] would come to now, whatever the fix. It costs nothing and changes nothing.
     *
     * @throws UnknownNameException if the policy names no such purpose or destination.
     */
    public suspend fun preview(purpose: String, destination: String): Preview =
        withContext(dispatcher) { previewBlocking(purpose, destination) }

    /** [preview] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun previewBlocking(purpose: String, destination: String): Preview =
        handle.use { it.preview(purpose, destination).told() }

    /**
     * What to ask of the operating system for a purpose, and when a fix next makes a difference: what will not be released
     * need not be measured.
     *
     * @throws UnknownNameException if the policy names no such purpose or destination.
     */
    public suspend fun sensing(purpose: String, destination: String): Sensing =
        withContext(dispatcher) { sensingBlocking(purpose, destination) }

    /** [sensing] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun sensingBlocking(purpose: String, destination: String): Sensing =
        handle.use { Sensing(it.sensing(purpose, destination)) }

    /**
     * Records what the user chose as the most that is told for a purpose: "off", "precise", or a ceiling of the policy; for so
     * many seconds if they are given, after which the one that stood is in force again. It wins over all else.
     *
     * @throws UnknownNameException if the policy names no such purpose or ceiling: then what was chosen before stands.
     * @throws IllegalArgumentException if the seconds are not above zero: then it stands too.
     */
    public suspend fun chooseCeiling(purpose: String, ceiling: String, forSeconds: Long? = null): Unit =
        withContext(dispatcher) { chooseCeilingBlocking(purpose, ceiling, forSeconds) }

    /** [chooseCeiling] for Java and for threads of one's own. */
    @WorkerThread
    @JvmOverloads
    @Throws(HereaboutsException::class)
    public fun chooseCeilingBlocking(purpose: String, ceiling: String, forSeconds: Long? = null): Unit = handle.use {
        if (forSeconds == null) it.chooseCeiling(purpose, ceiling) else it.chooseCeilingFor(purpose, ceiling, span("forSeconds", forSeconds))
    }

    /**
     * The ceiling that a purpose is under now: what its user chose, or what the policy says.
     *
     * @throws UnknownNameException if the policy names no such purpose.
     */
    public suspend fun ceiling(purpose: String): CeilingNow = withContext(dispatcher) { ceilingBlocking(purpose) }

    /** [ceiling] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun ceilingBlocking(purpose: String): CeilingNow = handle.use { CeilingNow(it.ceiling(purpose)) }

    /**
     * What each window of the budget has left now.
     *
     * @throws LedgerException if the ledger cannot be read.
     */
    public suspend fun remaining(): List<Remaining> = withContext(dispatcher) { remainingBlocking() }

    /** [remaining] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun remainingBlocking(): List<Remaining> = handle.use { it.remaining().map(::Remaining) }

    /**
     * The receipts after one, by its [Receipt.sequence] (0 for all), the oldest first, and at most so many.
     *
     * @throws LedgerException if the ledger cannot be read.
     * @throws IllegalArgumentException if a number is below zero.
     */
    public suspend fun receipts(after: Long = 0, most: Int = PAGE): List<Receipt> =
        withContext(dispatcher) { receiptsBlocking(after, most) }

    /** [receipts] for Java and for threads of one's own. */
    @WorkerThread
    @JvmOverloads
    @Throws(HereaboutsException::class)
    public fun receiptsBlocking(after: Long = 0, most: Int = PAGE): List<Receipt> =
        handle.use { it.receipts(counted("after", after), counted("most", most.toLong()).toUInt()).map(::Receipt) }

    /** The same receipts as JSON, one object a line. */
    public suspend fun receiptsJson(after: Long = 0, most: Int = PAGE): String =
        withContext(dispatcher) { receiptsJsonBlocking(after, most) }

    /** [receiptsJson] for Java and for threads of one's own. */
    @WorkerThread
    @JvmOverloads
    @Throws(HereaboutsException::class)
    public fun receiptsJsonBlocking(after: Long = 0, most: Int = PAGE): String =
        handle.use { it.receiptsJson(counted("after", after), counted("most", most.toLong()).toUInt()) }

    /** The same receipts as CSV, with a header. */
    public suspend fun receiptsCsv(after: Long = 0, most: Int = PAGE): String =
        withContext(dispatcher) { receiptsCsvBlocking(after, most) }

    /** [receiptsCsv] for Java and for threads of one's own. */
    @WorkerThread
    @JvmOverloads
    @Throws(HereaboutsException::class)
    public fun receiptsCsvBlocking(after: Long = 0, most: Int = PAGE): String =
        handle.use { it.receiptsCsv(counted("after", after), counted("most", most.toLong()).toUInt()) }

    /**
     * Makes the ledger forget places, of receipts that are older than so many seconds, or all of them; of how many receipts is
     * returned. What was spent stays spent.
     *
     * @throws LedgerException if the ledger cannot be read or written: then nothing was changed.
     * @throws IllegalArgumentException if the seconds are not above zero: nothing is forgotten either.
     */
    public suspend fun erase(olderThanSeconds: Long? = null): Long = withContext(dispatcher) { eraseBlocking(olderThanSeconds) }

    /** [erase] for Java and for threads of one's own. */
    @WorkerThread
    @JvmOverloads
    @Throws(HereaboutsException::class)
    public fun eraseBlocking(olderThanSeconds: Long? = null): Long = handle.use {
        (if (olderThanSeconds == null) it.eraseEverything() else it.eraseOlderThan(span("olderThanSeconds", olderThanSeconds))).toLong()
    }

    /**
     * Protects a place: a zone around it is drawn, once, for life. The place itself is not kept.
     *
     * @throws ZoneException if the policy lets no place be protected, or the name is none or taken.
     */
    public suspend fun protect(place: Fix, name: String): Protection = withContext(dispatcher) { protectBlocking(place, name) }

    /** [protect] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun protectBlocking(place: Fix, name: String): Protection =
        handle.use { core -> place.handle.use { core.protect(it, name).told() } }

    /**
     * The zones that are on. A ledger that was lost has none: an app that remembers that there was one can notice, and ask.
     *
     * @throws LedgerException if the ledger cannot be read.
     */
    public suspend fun zones(): Zones = withContext(dispatcher) { zonesBlocking() }

    /** [zones] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun zonesBlocking(): Zones = handle.use { Zones(it.zones()) }

    /**
     * Gives a zone another name.
     *
     * @throws ZoneException if no zone that is on has the name, or the new one is none or taken.
     */
    public suspend fun renameZone(name: String, newName: String): Unit =
        withContext(dispatcher) { renameZoneBlocking(name, newName) }

    /** [renameZone] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun renameZoneBlocking(name: String, newName: String): Unit = handle.use { it.renameZone(name, newName) }

    /**
     * Switches a zone off. Its disc is kept, so that to protect the place again takes no new draw.
     *
     * @throws ZoneException if no zone that is on has the name.
     */
    public suspend fun removeZone(name: String): Unit = withContext(dispatcher) { removeZoneBlocking(name) }

    /** [removeZone] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun removeZoneBlocking(name: String): Unit = handle.use { it.removeZone(name) }

    /**
     * All that a destination was ever sent, and what an attacker who holds it makes of it.
     *
     * @throws UnknownNameException if the policy names no such destination.
     * @throws ReportException if no report can be made of it.
     */
    public suspend fun disclosure(destination: String): Disclosure = withContext(dispatcher) { disclosureBlocking(destination) }

    /** [disclosure] for Java and for threads of one's own. */
    @WorkerThread
    @Throws(HereaboutsException::class)
    public fun disclosureBlocking(destination: String): Disclosure = handle.use { Disclosure(it.disclosure(destination)) }

    /** The policy that it follows, to be closed by whoever asks. */
    public fun policy(): Policy = handle.use { Policy(it.policy()) }

    /**
     * Frees the minimizer once the calls under way have ended. Closing it again does nothing; using it afterwards is an
     * [IllegalStateException].
     *
     * Whoever is the last to close a ledger's file may write to the disk, and wait for it: SQLite then moves into the file what
     * stands beside it. From the main thread call [closeSuspending].
     */
    @WorkerThread
    override fun close(): Unit = handle.close()

    /** [close] on [dispatcher], and to its end, even if the coroutine is cancelled meanwhile or was before. */
    public suspend fun closeSuspending(): Unit = withContext(NonCancellable + dispatcher) { close() }

    /** How minimizers are made. */
    public companion object {
        /**
         * A minimizer whose account is kept in a file, which is made where there is none: it survives restarts, and several
         * processes may share it. On Android keep it in `noBackupFilesDir`.
         *
         * With an anchor, a ledger that was deleted or set back is noticed. Without a clock the operating system's is read.
         *
         * @throws LedgerException if the file cannot be made or is no ledger, or its anchor cannot be read.
         * @throws DeviceException if the clock that was given shows no time.
         */
        @JvmStatic
        @JvmOverloads
        @WorkerThread
        @Throws(HereaboutsException::class)
        public fun open(
            policy: Policy,
            ledgerPath: String,
            anchor: Anchor? = null,
            clock: Clock? = null,
            dispatcher: CoroutineDispatcher = Dispatchers.IO,
        ): Minimizer = policy.handle.use { core ->
            val made = { watched: io.hereabouts.ffi.Anchor? -> CoreMinimizer.open(core, ledgerPath, watched, clock?.let(::CrossingClock)) }
            Minimizer(anchor?.crossing(made) ?: made(null), dispatcher)
        }

        /** A minimizer whose account is in memory alone: a restart refills the budget, so it is for tests and previews. */
        @JvmStatic
        @JvmOverloads
        @Throws(HereaboutsException::class)
        public fun inMemory(policy: Policy, clock: Clock? = null, dispatcher: CoroutineDispatcher = Dispatchers.IO): Minimizer =
            policy.handle.use { Minimizer(CoreMinimizer.inMemory(it, clock?.let(::CrossingClock)), dispatcher) }

        /**
         * A minimizer for a recorded journey, in memory: every fix is handled at the time at which it was measured, and the
         * present is the latest time seen so far.
         */
        @JvmStatic
        @JvmOverloads
        @Throws(HereaboutsException::class)
        public fun replaying(policy: Policy, dispatcher: CoroutineDispatcher = Dispatchers.IO): Minimizer =
            policy.handle.use { Minimizer(CoreMinimizer.replaying(it), dispatcher) }
    }
}

/**
 * One wish to release.
 *
 * @property fix the raw position.
 * @property purpose a purpose of the policy.
 * @property destination a destination of the policy.
 */
public class Request(public val fix: Fix, public val purpose: String, public val destination: String) {
    /** What for and to whom; not where. */
    override fun toString(): String = "Request(purpose=$purpose, destination=$destination)"
}

/** How many receipts a page has, if it is not said. */
private const val PAGE = 100

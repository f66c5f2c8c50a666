package io.hereabouts.shrinking

import io.hereabouts.Anchor
import io.hereabouts.AnchorStore
import io.hereabouts.CeilingNow
import io.hereabouts.Clock
import io.hereabouts.ClockReading
import io.hereabouts.Fix
import io.hereabouts.FixBatch
import io.hereabouts.HereaboutsException
import io.hereabouts.Minimizer
import io.hereabouts.Outcome
import io.hereabouts.Policy
import io.hereabouts.Protection
import io.hereabouts.Request
import io.hereabouts.SecretKey
import io.hereabouts.minimized
import io.hereabouts.policy
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import java.io.File

/** 2024-06-20T09:00:00Z. */
private const val NINE = 1_718_874_000_000L

private const val QUARTER = 900_000L

/** What begins a cell in an opened message. */
private const val CELL = "\"cell\""

/** A policy that names of everything one: a sealed destination, zones, a ceiling. */
private fun policyOf(key: String): Policy = policy(radiusM = 200.0) {
    budget(loss = 80.0, windowSeconds = 86_400)
    zones(epsilon = 0.5, radiusM = 300)
    purpose("weather") { planarLaplace(0.5).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(3_600) }
    destination("eu", jurisdiction = "DE", operator = "Example Weather GmbH") { floor { areaKm2(1.0) } }
    destination("cn", jurisdiction = "CN", operator = "Example Carrier") { sealedTo(key, keyHolder = "Example Weather GmbH") }
}

private fun fix(): Fix = Fix.wgs84(52.0907, 5.1214, NINE, 12.0, altitudeM = 31.5)

private fun Outcome.word(): String = when (this) {
    is Outcome.Released -> "released"
    is Outcome.Held -> "held"
    is Outcome.Withheld -> "withheld: $text"
}

/** A clock and a store that Rust calls, from whichever thread; broken, they throw what Rust is then told. */
private class Device : Clock, AnchorStore {
    @Volatile var now = NINE
    @Volatile var isBroken = false
    @Volatile var asked = 0
    @Volatile var line: String? = null

    override fun reading(): ClockReading {
        asked++
        check(!isBroken) { "no clock" }
        return ClockReading(now)
    }

    override fun read(): String? {
        check(!isBroken) { "no store" }
        return line
    }

    override fun write(line: String) {
        check(!isBroken) { "no store" }
        this.line = line
    }
}

private fun refusal(work: () -> Unit): String = try {
    work()
    "nothing was refused"
} catch (refused: HereaboutsException) {
    "${refused.kind}: ${refused.message}"
}

/** What an app does in a day, told in lines that a test compares; the ledger is made in the folder that is given. */
fun main(arguments: Array<String>): Unit = SecretKey.generate().use { key ->
    val device = Device()
    val policy = policyOf(key.publicKey)
    println("policy: ${policy.purposes} to ${policy.destinations}")
    val path = File(arguments.single(), "ledger.db").path
    Minimizer.open(policy, path, Anchor.store(device), device).use { minimizer ->
        runBlocking {
            val answers = listOf(fix(), fix()).asFlow().minimized(minimizer, "weather", "eu").toList()
            println("flow: ${answers.map { it.word() }}")
            println("callbacks: ${device.asked > 0} ${device.line != null}")
            device.now += QUARTER
            val many = List(20) { async(Dispatchers.Default) { fix().use { minimizer.release(it, "weather", "eu") } } }.awaitAll()
            println("coroutines: ${many.count { it is Outcome.Released }} of ${many.size}")
            val sealed = minimizer.release(fix(), "weather", "cn").releaseOrNull!!
            val opened = key.open(sealed.json, "weather", "cn", policy.fingerprint)
            println("sealed: ${sealed.isSealed} ${opened.contains(CELL)}")
            device.now += QUARTER
            println("list: ${minimizer.releaseAll(List(2) { Request(fix(), "weather", "eu") }).map { it.word() }}")
            println("zone: ${(minimizer.protect(fix(), "home") as Protection.Drawn).zone.name}")
            println("receipts: ${minimizer.receipts().map { it.destination }}, left: ${minimizer.remaining().single().remaining.value > 0}")
            println("sensing: ${minimizer.sensing("weather", "eu").accuracy}")
            println("disclosure: ${minimizer.disclosure("eu").jurisdiction}")
            // While a clock throws, time stands still: what is due by now is not known to be.
            device.now += QUARTER
            device.isBroken = true
            println("a broken clock: ${minimizer.release(fix(), "weather", "eu").word()}")
            device.isBroken = false
            println("mended: ${minimizer.release(fix(), "weather", "eu").word()}")
            minimizer.chooseCeiling("weather", CeilingNow.OFF)
            println("ceiling: ${minimizer.ceiling("weather").ceiling}")
        }
        println("unknown: ${refusal { minimizer.releaseBlocking(fix(), "weather", "us") }}")
    }
    device.isBroken = true
    println("no clock: ${refusal { Minimizer.inMemory(policy, device) }}")
    println("no store: ${refusal { Minimizer.open(policy, path, Anchor.store(device)) }}")
    println("no place: ${refusal { Fix.wgs84(95.0, 5.0, NINE) }}")
    Minimizer.replaying(policy).use { minimizer ->
        val times = LongArray(1_000) { NINE + QUARTER * it }
        FixBatch.wgs84(DoubleArray(1_000) { 48.2 }, DoubleArray(1_000) { 16.37 }, times, DoubleArray(1_000) { Double.NaN })
            .use { println("batch: ${minimizer.releaseBatchBlocking(it, "weather", "eu").size}") }
    }
}

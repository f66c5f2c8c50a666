package io.hereabouts

import java.io.File
import java.util.concurrent.TimeUnit

/** 2024-06-20T09:00:00Z. */
internal const val NINE = 1_718_874_000_000L

internal const val QUARTER = 900_000L

internal fun examplePolicy(name: String): Policy = Policy.read(File(System.getProperty("hereabouts.policies"), name).path)

internal fun weather(): Policy = examplePolicy("weather.toml")

/** Two windows' worth of draws at most: a policy under which every tick draws. */
internal fun fresh(epsilon: Double = 4.6): Policy = policy(radiusM = 200.0) {
    budget(loss = epsilon, windowSeconds = 86_400)
    purpose("weather") {
        planarLaplace(0.5)
        fresh()
        h3(7)
        intervalSeconds(900)
        timeBucketSeconds(3_600)
    }
    destination("eu", jurisdiction = "DE", operator = "Example Weather GmbH")
    destination("cn", jurisdiction = "CN", operator = "Example Carrier") { floor { areaKm2(30.0) } }
}

internal fun fixAt(timeMillis: Long): Fix = Fix.wgs84(52.0907, 5.1214, timeMillis, 12.0)

/** A clock that a test sets. */
internal class TestClock(@Volatile var wallMillis: Long = NINE) : Clock {
    override fun reading(): ClockReading = ClockReading(wallMillis)
}

/** What must not be seen of [fixAt], whole or in part. */
internal val SECRETS = listOf("52.09", "5.12", "0907", "1214")

/** A number with two digits after the point could be half of a position, unless it is a length. */
internal val COORDINATE = Regex("""\d\.\d{2,}(?![\d ]*k?m)""")

internal class Ended(val code: Int, val output: String, val errors: String)

/** Another JVM with this one's class path, and what is to stand before it, that runs a `main`; what the native library prints is seen from outside alone. */
internal fun jvm(
    main: String,
    vararg arguments: String,
    memory: String = "128m",
    libraries: String = System.getProperty("jna.library.path"),
    before: List<File> = emptyList(),
    options: List<String> = emptyList(),
    variables: Map<String, String> = emptyMap(),
): Process = ProcessBuilder(
    listOf(
        File(System.getProperty("java.home"), "bin/java").path,
        // All of the heap from the beginning: what a process grows by is then none of it.
        "-Xms$memory", "-Xmx$memory", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC",
        *options.toTypedArray(),
        "-Djna.library.path=$libraries",
        "-Dhereabouts.policies=" + System.getProperty("hereabouts.policies"),
        "-cp", (before.map { it.path } + System.getProperty("java.class.path")).joinToString(File.pathSeparator),
        main,
    ) + arguments,
).apply {
    // What Cargo sets is where libraries are that the caller may not have named.
    environment().remove("LD_LIBRARY_PATH")
    environment().putAll(variables)
}.start()

internal fun Process.ended(seconds: Long = 60): Ended {
    val output = inputStream.bufferedReader().readText()
    val errors = errorStream.bufferedReader().readText()
    check(waitFor(seconds, TimeUnit.SECONDS)) { "it does not end" }
    return Ended(exitValue(), output, errors)
}

package io.hereabouts

import io.hereabouts.ffi.AccountingParts
import io.hereabouts.ffi.BudgetParts
import io.hereabouts.ffi.CeilingParts
import io.hereabouts.ffi.DestinationParts
import io.hereabouts.ffi.PolicyParts
import io.hereabouts.ffi.PurposeParts
import io.hereabouts.ffi.SensitiveParts
import io.hereabouts.ffi.ZonesParts
import io.hereabouts.ffi.Policy as CorePolicy

/** Marks the builders of a policy, so that a block of one does not reach into another. */
@DslMarker
@Target(AnnotationTarget.CLASS)
public annotation class PolicyDsl

/**
 * A policy built in code, through the same checks as a file.
 *
 * ```
 * val policy = policy(radiusM = 200.0) {
 *     budget(loss = 8.0, windowSeconds = 86_400)
 *     purpose("weather") {
 *         planarLaplace(epsilon = 1.2)
 *         hold(withinM = 10_000, epsilon = 0.5, recall = 16)
 *         h3(resolution = 7)
 *         intervalSeconds(900)
 *         timeBucketSeconds(3_600)
 *     }
 *     destination("eu", jurisdiction = "DE", operator = "Example Weather GmbH") {
 *         floor { areaKm2(1.0) }
 *     }
 * }
 * ```
 *
 * @throws PolicyException with the key that is wrong, as it would stand in a file.
 */
@JvmSynthetic
public fun policy(radiusM: Double, describe: PolicyBuilder.() -> Unit): Policy = PolicyBuilder(radiusM).apply(describe).build()

/** What describes a part of a policy, from Java: a lambda with the builder as its argument. */
public fun interface Description<B> {
    /** Says what the part is. */
    public fun B.describe()
}

/**
 * Builds a policy: [policy] in Kotlin, and this class with lambdas in Java.
 *
 * @param radiusM two places nearer than this, in metres, must look alike; every ε is the privacy loss at this distance.
 */
@PolicyDsl
public class PolicyBuilder(private val radiusM: Double) {
    private val budgets = mutableListOf<BudgetParts>()
    private val purposes = mutableMapOf<String, PurposeParts>()
    private val destinations = mutableMapOf<String, DestinationParts>()
    private val ceilings = mutableMapOf<String, CeilingParts>()
    private var accounting: AccountingParts? = null
    private var devices = listOf<String>()
    private var zones: ZonesParts? = null
    private var receiptRetentionSeconds: Long? = null
    private var sensitive: SensitiveParts? = null
    private val files = mutableMapOf<String, String>()

    /** The most privacy loss in any span of so many seconds: ε, or ρ in zcdp accounting; of one purpose alone if it is named. */
    @JvmOverloads
    public fun budget(loss: Double, windowSeconds: Long, purpose: String? = null): PolicyBuilder = apply {
        budgets += BudgetParts(loss, whole(windowSeconds), purpose)
    }

    /** Counts losses as ρ (zero-concentrated differential privacy); reports translate their sums for [delta]. */
    @JvmOverloads
    public fun zcdp(delta: Double = 1e-9): PolicyBuilder = apply { accounting = AccountingParts.Zcdp(delta) }

    /** One purpose: what the app wants the location for, how noisy, how coarse, how often. */
    public fun purpose(name: String, describe: Description<PurposeBuilder>): PolicyBuilder = apply {
        val purpose = PurposeBuilder().also { with(describe) { it.describe() } }.parts()
        check(purposes.put(name, purpose) == null) { "the purpose \"$name\" stands twice: give each name once" }
    }

    /** One destination: where releases go, whose law reaches its operator (ISO 3166-1), and who runs it. */
    @JvmOverloads
    public fun destination(
        name: String,
        jurisdiction: String,
        operator: String,
        describe: Description<DestinationBuilder> = Description {},
    ): PolicyBuilder = apply {
        val destination = DestinationBuilder(jurisdiction, operator).also { with(describe) { it.describe() } }.parts()
        check(destinations.put(name, destination) == null) { "the destination \"$name\" stands twice: give each name once" }
    }

    /** What a user can choose as the most that is told for a purpose. "off" and "precise" are always there. */
    public fun ceiling(name: String, describe: Description<CeilingBuilder>): PolicyBuilder = apply {
        val ceiling = CeilingBuilder().also { with(describe) { it.describe() } }.parts()
        check(ceilings.put(name, ceiling) == null) { "the ceiling \"$name\" stands twice: give each name once" }
    }

    /** Lets the user protect places, each by one draw for life of this loss, with this much around it, in metres. */
    public fun zones(epsilon: Double, radiusM: Long): PolicyBuilder = apply { zones = ZonesParts(epsilon, whole(radiusM)) }

    /** Places near which less is told, whoever asks: the name of a file that [file] gave, and the least size of a cell near one. */
    public fun sensitive(file: String, floor: Description<FloorBuilder>): PolicyBuilder = apply {
        sensitive = SensitiveParts(file, described(floor))
    }

    /** The text of a file that the policy names: a GeoJSON collection of polygons. */
    public fun file(name: String, text: String): PolicyBuilder = apply { files[name] = text }

    /** The countries that the devices are in, ISO 3166-1. */
    public fun devices(vararg countries: String): PolicyBuilder = apply { devices = countries.toList() }

    /** After so many seconds the device's ledger forgets where a release was. */
    public fun receiptRetentionSeconds(seconds: Long): PolicyBuilder = apply { receiptRetentionSeconds = seconds }

    /**
     * The policy.
     *
     * @throws PolicyException with the key that is wrong, as it would stand in a file.
     */
    @Throws(HereaboutsException::class)
    public fun build(): Policy {
        val parts = PolicyParts(
            radiusM, budgets, purposes, destinations, ceilings, accounting, devices, zones, receiptRetentionSeconds?.let(::whole),
            sensitive, files,
        )
        return crossing { Policy(CorePolicy.fromParts(parts)) }
    }
}

package io.hereabouts

import io.hereabouts.ffi.CeilingNow as CoreCeiling
import io.hereabouts.ffi.Disclosure as CoreDisclosure
import io.hereabouts.ffi.Receipt as CoreReceipt
import io.hereabouts.ffi.Remaining as CoreRemaining

/** One entry of the account: what was released, to whom, when, and what it cost. Never a raw position. */
public class Receipt internal constructor(private val core: CoreReceipt) {
    /** Its place in the ledger, counted from 1. */
    public val sequence: Long get() = core.sequence.toLong()

    /** The ledger's time of the charge, in milliseconds since 1970. */
    public val timeMillis: Long get() = core.timeMs

    /** What the location was wanted for. */
    public val purpose: String get() = core.purpose

    /** Where it went. */
    public val destination: String get() = core.destination

    /** The grid of the released cell, as "h3:6". */
    public val grid: String get() = core.grid

    /** Whose rule decided how coarse it is: "purpose", "destination", "ceiling" or "zone"; null if an older version made it. */
    public val rule: String? get() = core.rule

    /** The released cell's name; null once it is erased. */
    public val cell: String? get() = core.cell

    /** What was charged for the release itself. */
    public val loss: PrivacyLoss get() = PrivacyLoss(core.loss)

    /** What was charged for the stay that the release began. */
    public val stayLoss: PrivacyLoss get() = PrivacyLoss(core.stayLoss)

    /** The ledger's time of the last tick on which a test asked whether it still holds; null if none ever did. */
    public val stayUntilMillis: Long? get() = core.stayUntilMs

    /** Whether the other says the same. */
    override fun equals(other: Any?): Boolean = other is Receipt && other.core == core

    /** A hash of all that it says. */
    override fun hashCode(): Int = core.hashCode()

    /** Its number, what for and to whom; not where. */
    override fun toString(): String = "Receipt(sequence=$sequence, purpose=$purpose, destination=$destination)"
}

/** What is left in one window of the budget. */
public class Remaining internal constructor(private val core: CoreRemaining) {
    /** The purpose whose losses alone the window counts; null if it counts all. */
    public val purpose: String? get() = core.purpose

    /** The window's length in seconds. */
    public val windowSeconds: Double get() = core.windowS

    /** What losses are counted in: "pure" (ε) or "zcdp" (ρ). */
    public val accounting: String get() = core.accounting

    /** The most loss in the window. */
    public val budget: PrivacyLoss get() = PrivacyLoss(core.budget)

    /** The sum of the losses in the window. */
    public val spent: PrivacyLoss get() = PrivacyLoss(core.spent)

    /** What can still be spent now. */
    public val remaining: PrivacyLoss get() = PrivacyLoss(core.remaining)

    /** When the oldest loss leaves the window, in milliseconds since 1970; null if there is none. */
    public val freesMillis: Long? get() = core.freesMs

    /** What is left of how much. */
    override fun toString(): String = "Remaining($remaining of $budget)"
}

/** The ceiling that a purpose is under: the most that is told for it. */
public class CeilingNow internal constructor(private val core: CoreCeiling) {
    /** The ceiling in force, by its name. */
    public val ceiling: String get() = core.ceiling

    /** Until when, in milliseconds since 1970, if it was chosen for a time. */
    public val untilMillis: Long? get() = core.untilMs

    /** What is in force after that. */
    public val then: String get() = core.then

    /** The ceiling in force. */
    override fun toString(): String = "CeilingNow($ceiling)"

    /** The names that every policy knows. */
    public companion object {
        /** Nothing is told. */
        public const val OFF: String = "off"

        /** As much is told as purpose and destination let pass. */
        public const val PRECISE: String = "precise"
    }
}

/**
 * All that a destination was ever sent, who could be compelled to hand it over, the privacy loss that bounds what it tells,
 * and how near to home and work an attacker comes who holds all of it. It is for whoever carries the device.
 */
public class Disclosure internal constructor(private val core: CoreDisclosure) {
    /** The destination's name in the policy. */
    public val destination: String get() = core.destination

    /** The country whose law reaches the operator, ISO 3166-1. */
    public val jurisdiction: String get() = core.jurisdiction

    /** Who runs it. */
    public val operator: String get() = core.`operator`

    /** Who can open what is stored there. */
    public val keyHolder: String get() = core.keyHolder

    /** Whether it got nothing but sealed messages, under this policy. */
    public val isSealed: Boolean get() = core.isSealed

    /** How long the operator says that it keeps what it gets, in seconds; null if it does not say. */
    public val retentionSeconds: Long? get() = core.retentionS?.toLong()

    /** When the report was made, in milliseconds since 1970. */
    public val atMillis: Long get() = core.atMs

    /** How many releases it was sent. */
    public val releases: Long get() = core.releases.toLong()

    /** How many of them lie at a place that this device has forgotten. The destination has not. */
    public val forgotten: Long get() = core.forgotten.toLong()

    /** How many of them are the stand-in of a place that the user protects. */
    public val standIns: Long get() = core.standIns.toLong()

    /** How many releases went to other destinations. */
    public val elsewhere: Long get() = core.elsewhere.toLong()

    /** The loss that bounds what all of it tells, over all time: ε, or ρ where the policy counts that. */
    public val lossBound: Double get() = core.lossBound

    /** The same as an ε. */
    public val lossBoundEpsilon: Double get() = core.lossBoundEpsilon

    /** The radius in metres within which home lies 19 times in 20, by all that was sent; null if it tells no home. */
    public val homeWithinM: Double? get() = core.homeWithinM

    /** The same of the place where one works. */
    public val workWithinM: Double? get() = core.workWithinM

    /** The whole report as JSON. It names places. */
    public val json: String get() = core.json

    /** Of which destination; nothing of any place. */
    override fun toString(): String = "Disclosure(destination=$destination, releases=$releases)"
}

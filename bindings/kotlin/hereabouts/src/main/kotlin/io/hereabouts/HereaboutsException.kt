package io.hereabouts

import io.hereabouts.ffi.HereaboutsException as Generated
import io.hereabouts.ffi.InternalException as GeneratedInternal

/**
 * Why there is no answer. Nothing was released, and no message tells anything of a place.
 *
 * The message says what was wrong, where, and what would be right; [kind] is for programs. What may not be sent is no
 * exception: see [Outcome.Withheld].
 */
public sealed class HereaboutsException(
    /** What went wrong. */
    public val kind: Kind,
    message: String,
) : Exception(message) {
    /** The kinds of failure. Their names do not change within a major version; new ones may come. */
    public enum class Kind {
        /** A number is no position, or no measurement, or its time cannot be. */
        INVALID_FIX,

        /** The lists of a batch differ in length. */
        UNEVEN_BATCH,

        /** The policy cannot be read, or says what cannot be honoured. */
        INVALID_POLICY,

        /** The policy asks for noise that the mechanism refuses. */
        MECHANISM,

        /** The policy names no such purpose. */
        UNKNOWN_PURPOSE,

        /** The policy names no such destination. */
        UNKNOWN_DESTINATION,

        /** The policy names no such ceiling. */
        UNKNOWN_CEILING,

        /** The policy lets no place be protected. */
        NO_ZONES,

        /** What was given cannot name a zone. */
        ZONE_NAME,

        /** Another zone has the name. */
        ZONE_NAME_TAKEN,

        /** No zone that is on has the name. */
        UNKNOWN_ZONE,

        /** Another writer held the ledger for too long: try again. */
        LEDGER_BUSY,

        /** The disk is full. */
        LEDGER_FULL,

        /** The ledger's file may not be read or written; or others may, who must not. */
        LEDGER_DENIED,

        /** The ledger holds what no ledger writes. */
        LEDGER_DAMAGED,

        /** What is at the path is no ledger for this version and policy. */
        LEDGER_UNFIT,

        /** The ledger's anchor could not be read or written. */
        LEDGER_ANCHOR,

        /** Any other failure of the ledger. */
        LEDGER,

        /** The operating system gives no random numbers. */
        RANDOMNESS,

        /** The app's clock could not be read when the minimizer was made. */
        CLOCK,

        /** A release could not be sealed. */
        SEAL,

        /** A text is no key. */
        INVALID_KEY,

        /** A message was not opened. */
        NOT_OPENED,

        /** No disclosure report can be made. */
        DISCLOSURE,

        /** No rehearsal can be held. */
        REHEARSAL,

        /** This library repeats no noise. */
        NO_REPEATABLE_NOISE,

        /** An earlier call failed half-way: make a new minimizer on the same ledger. */
        BROKEN,

        /** A fault of this library. Its text is not told, since it could name a place. */
        INTERNAL,
    }
}

/** A fix, or a batch of them, that cannot be. No number of it is in the message. */
public class InvalidFixException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A policy that cannot be read, or that says what cannot be honoured. The message names the line and the key. */
public class PolicyException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A purpose, a destination or a ceiling that the policy does not name. The message says which it does. */
public class UnknownNameException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A zone that cannot be drawn, named or found. */
public class ZoneException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A ledger that could not be read or written. */
public class LedgerException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A key that is none, or a message that was not sealed or not opened. */
public class SealException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A report or a rehearsal that cannot be made. */
public class ReportException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A device that gives no time or no random numbers. */
public class DeviceException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** A fault of this library, or what one left behind. */
public class FaultException internal constructor(kind: Kind, message: String) : HereaboutsException(kind, message)

/** What a panic crosses as. Its own text is dropped here too, whatever it was. */
private const val INTERNAL = "an internal error: nothing was released: please report it"

/** Calls Rust. What it throws is told in this module's exceptions, of which none has a cause that could say more. */
internal fun <T> crossing(call: () -> T): T =
    try {
        call()
    } catch (thrown: Generated) {
        throw told(thrown)
    } catch (_: GeneratedInternal) {
        throw FaultException(HereaboutsException.Kind.INTERNAL, INTERNAL)
    }

private fun told(thrown: Generated): HereaboutsException {
    val text = thrown.message.orEmpty()
    return when (thrown) {
        is Generated.InvalidFix -> InvalidFixException(HereaboutsException.Kind.INVALID_FIX, text)
        is Generated.UnevenBatch -> InvalidFixException(HereaboutsException.Kind.UNEVEN_BATCH, text)
        is Generated.InvalidPolicy -> PolicyException(HereaboutsException.Kind.INVALID_POLICY, text)
        is Generated.Mechanism -> PolicyException(HereaboutsException.Kind.MECHANISM, text)
        is Generated.UnknownPurpose -> UnknownNameException(HereaboutsException.Kind.UNKNOWN_PURPOSE, text)
        is Generated.UnknownDestination -> UnknownNameException(HereaboutsException.Kind.UNKNOWN_DESTINATION, text)
        is Generated.UnknownCeiling -> UnknownNameException(HereaboutsException.Kind.UNKNOWN_CEILING, text)
        is Generated.NoZones -> ZoneException(HereaboutsException.Kind.NO_ZONES, text)
        is Generated.ZoneName -> ZoneException(HereaboutsException.Kind.ZONE_NAME, text)
        is Generated.ZoneNameTaken -> ZoneException(HereaboutsException.Kind.ZONE_NAME_TAKEN, text)
        is Generated.UnknownZone -> ZoneException(HereaboutsException.Kind.UNKNOWN_ZONE, text)
        is Generated.LedgerBusy -> LedgerException(HereaboutsException.Kind.LEDGER_BUSY, text)
        is Generated.LedgerFull -> LedgerException(HereaboutsException.Kind.LEDGER_FULL, text)
        is Generated.LedgerDenied -> LedgerException(HereaboutsException.Kind.LEDGER_DENIED, text)
        is Generated.LedgerDamaged -> LedgerException(HereaboutsException.Kind.LEDGER_DAMAGED, text)
        is Generated.LedgerUnfit -> LedgerException(HereaboutsException.Kind.LEDGER_UNFIT, text)
        is Generated.LedgerAnchor -> LedgerException(HereaboutsException.Kind.LEDGER_ANCHOR, text)
        is Generated.Ledger -> LedgerException(HereaboutsException.Kind.LEDGER, text)
        is Generated.Randomness -> DeviceException(HereaboutsException.Kind.RANDOMNESS, text)
        is Generated.Clock -> DeviceException(HereaboutsException.Kind.CLOCK, text)
        is Generated.Seal -> SealException(HereaboutsException.Kind.SEAL, text)
        is Generated.InvalidKey -> SealException(HereaboutsException.Kind.INVALID_KEY, text)
        is Generated.NotOpened -> SealException(HereaboutsException.Kind.NOT_OPENED, text)
        is Generated.Disclosure -> ReportException(HereaboutsException.Kind.DISCLOSURE, text)
        is Generated.Rehearsal -> ReportException(HereaboutsException.Kind.REHEARSAL, text)
        is Generated.NoRepeatableNoise -> ReportException(HereaboutsException.Kind.NO_REPEATABLE_NOISE, text)
        is Generated.Broken -> FaultException(HereaboutsException.Kind.BROKEN, text)
        is Generated.Internal -> FaultException(HereaboutsException.Kind.INTERNAL, text)
    }
}

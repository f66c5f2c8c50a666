package io.hereabouts

import io.hereabouts.ffi.Outcome as CoreOutcome
import io.hereabouts.ffi.Preview as CorePreview
import io.hereabouts.ffi.Withheld as CoreWithheld
import io.hereabouts.ffi.WithheldReason as CoreReason
import io.hereabouts.ffi.withheldText

/** What came of one request. That nothing may be sent is one of the answers, and no exception. */
public sealed interface Outcome {
    /** What may be sent now, new or standing; null if nothing may. */
    public val releaseOrNull: Release?

    /** A release, charged and recorded: it may be sent. */
    public class Released internal constructor(
        /** What may be sent. */
        public val release: Release,
    ) : Outcome {
        override val releaseOrNull: Release get() = release

        /** Whether the other releases the same. */
        override fun equals(other: Any?): Boolean = other is Released && other.release == release

        /** A hash of the release. */
        override fun hashCode(): Int = release.hashCode()

        /** That it is released, and what for. */
        override fun toString(): String = "Released($release)"
    }

    /** The earlier release still stands, with the present time bucket: to send it again costs nothing. */
    public class Held internal constructor(
        /** What may be sent. */
        public val release: Release,
    ) : Outcome {
        override val releaseOrNull: Release get() = release

        /** Whether the other holds the same. */
        override fun equals(other: Any?): Boolean = other is Held && other.release == release

        /** A hash of the release. */
        override fun hashCode(): Int = release.hashCode()

        /** That it is held, and what for. */
        override fun toString(): String = "Held($release)"
    }

    /** Nothing may be sent. The reason stays on the device: what the destination sees is silence. */
    public class Withheld internal constructor(private val core: CoreWithheld) : Outcome {
        override val releaseOrNull: Release? get() = null

        /** Why. */
        public val reason: Reason
            get() = when (core.reason) {
                CoreReason.NOT_DUE -> Reason.NOT_DUE
                CoreReason.TURNED_OFF -> Reason.TURNED_OFF
                CoreReason.BUDGET_SPENT -> Reason.BUDGET_SPENT
                CoreReason.OTHER -> Reason.OTHER
            }

        /** Until when, in milliseconds since 1970; null where no time ends it. */
        public val untilMillis: Long? get() = core.untilMs

        /** The reason in a sentence without its end, as every language of this library says it. */
        public val text: String get() = crossing { withheldText(core) }

        /** Whether the other is withheld for the same reason until the same time. */
        override fun equals(other: Any?): Boolean = other is Withheld && other.core == core

        /** A hash of reason and time. */
        override fun hashCode(): Int = core.hashCode()

        /** The reason. */
        override fun toString(): String = "Withheld($text)"
    }

    /** The reasons for which nothing is released. */
    public enum class Reason {
        /** The destination has had its view of the purpose's draw on this tick. */
        NOT_DUE,

        /** The user turned the purpose off. */
        TURNED_OFF,

        /** A window of the budget has no room for another draw. */
        BUDGET_SPENT,

        /** A reason that this version does not know yet. */
        OTHER,
    }
}

/** What a release would come to, were it asked for now. */
public sealed interface Preview {
    /** It would be made, and charged this much at most. */
    public class Release internal constructor(
        /** The most that would be charged. */
        public val atMost: PrivacyLoss,
    ) : Preview

    /** The earlier release would stand, and nothing be charged. */
    public object Hold : Preview

    /** A noisy test would say whether the purpose's draw still stands, or another takes its place. */
    public class Ask internal constructor(
        /** The most that would be charged. */
        public val atMost: PrivacyLoss,
    ) : Preview

    /** It would be withheld. */
    public class Withheld internal constructor(
        /** Why, and until when. */
        public val outcome: Outcome.Withheld,
    ) : Preview
}

internal fun CoreOutcome.told(): Outcome = when (this) {
    is CoreOutcome.Released -> Outcome.Released(Release(release))
    is CoreOutcome.Held -> Outcome.Held(Release(release))
    is CoreOutcome.Withheld -> Outcome.Withheld(withheld)
}

internal fun CorePreview.told(): Preview = when (this) {
    is CorePreview.Release -> Preview.Release(PrivacyLoss(atMost))
    is CorePreview.Hold -> Preview.Hold
    is CorePreview.Ask -> Preview.Ask(PrivacyLoss(atMost))
    is CorePreview.Withheld -> Preview.Withheld(Outcome.Withheld(withheld))
}

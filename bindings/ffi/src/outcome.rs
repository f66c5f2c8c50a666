//! [`Outcome`]: what came of a wish to release, and [`Preview`]: what would.

use hereabouts::Timestamp;

use crate::guard::shielded;
use crate::{PrivacyLoss, Release};

/// What came of one request.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum Outcome {
    /// A release, charged and recorded: it may be sent.
    Released {
        /// What may be sent.
        release: Release,
    },
    /// The earlier release still stands, now with the present time bucket and without what the policy keeps of a fix: to
    /// send it again costs nothing.
    Held {
        /// What may be sent.
        release: Release,
    },
    /// Nothing may be sent.
    Withheld {
        /// Why.
        withheld: Withheld,
    },
}

/// Why nothing was released. The reason stays on the device: what the destination sees is silence.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Withheld {
    /// The reason.
    pub reason: WithheldReason,
    /// Until when, in milliseconds since 1970 by the wall clock: the start of the next tick, or the earliest time at which
    /// the budget has room. None where no time ends it.
    pub until_ms: Option<i64>,
}

/// The reasons for which nothing is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[non_exhaustive]
pub enum WithheldReason {
    /// This destination has had its view of the purpose's draw on this tick.
    NotDue,
    /// The user turned the purpose off, or chose a ceiling that the policy does not know.
    TurnedOff,
    /// A window of the budget has no room for another draw.
    BudgetSpent,
    /// A reason that this library does not know yet.
    Other,
}

/// What a release would come to, were it asked for now.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
#[non_exhaustive]
pub enum Preview {
    /// It would be made, and charged this much at most: nothing if the purpose's draw on this tick is already paid for. Nor is
    /// anything charged where the fix lies in a zone.
    Release {
        /// The most that would be charged.
        at_most: PrivacyLoss,
    },
    /// The earlier release would stand, and nothing be charged.
    Hold,
    /// A noisy test would say whether the purpose's draw still stands, or another takes its place; unless the fix lies in a
    /// zone, whose stand-in takes its place at no cost.
    Ask {
        /// The most that would be charged: the stay, as if it were not charged yet, and what its end costs.
        at_most: PrivacyLoss,
    },
    /// It would be withheld.
    Withheld {
        /// Why.
        withheld: Withheld,
    },
}

/// The reason in a sentence without its end, for whoever carries the device.
#[uniffi::export]
#[must_use]
pub fn withheld_text(withheld: &Withheld) -> String {
    shielded(|| {
        let until = withheld.until_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        match (withheld.reason, until) {
            (WithheldReason::NotDue, Some(next)) => hereabouts::Withheld::NotDue { next }.to_string(),
            (WithheldReason::TurnedOff, _) => hereabouts::Withheld::TurnedOff.to_string(),
            (WithheldReason::BudgetSpent, until) => hereabouts::Withheld::BudgetSpent { until }.to_string(),
            (WithheldReason::NotDue, None) | (WithheldReason::Other, _) => "nothing may be sent now".to_owned(),
        }
    })
}

impl From<hereabouts::Withheld> for Withheld {
    fn from(withheld: hereabouts::Withheld) -> Self {
        let (reason, until) = match withheld {
            hereabouts::Withheld::NotDue { next } => (WithheldReason::NotDue, Some(next)),
            hereabouts::Withheld::TurnedOff => (WithheldReason::TurnedOff, None),
            hereabouts::Withheld::BudgetSpent { until } => (WithheldReason::BudgetSpent, until),
            _ => (WithheldReason::Other, None),
        };
        Self { reason, until_ms: until.map(Timestamp::as_millisecond) }
    }
}

/// Of what is not known nothing may be sent.
const UNKNOWN: Withheld = Withheld { reason: WithheldReason::Other, until_ms: None };

impl From<hereabouts::Outcome> for Outcome {
    fn from(outcome: hereabouts::Outcome) -> Self {
        match outcome {
            hereabouts::Outcome::Released(release) => Self::Released { release: Release::of(&release) },
            hereabouts::Outcome::Held(release) => Self::Held { release: Release::of(&release) },
            hereabouts::Outcome::Withheld(reason) => Self::Withheld { withheld: reason.into() },
            _ => Self::Withheld { withheld: UNKNOWN },
        }
    }
}

impl From<hereabouts::Preview> for Preview {
    fn from(preview: hereabouts::Preview) -> Self {
        match preview {
            hereabouts::Preview::Release(loss) => Self::Release { at_most: loss.into() },
            hereabouts::Preview::Hold => Self::Hold,
            hereabouts::Preview::Ask { at_most } => Self::Ask { at_most: at_most.into() },
            hereabouts::Preview::Withheld(reason) => Self::Withheld { withheld: reason.into() },
            _ => Self::Withheld { withheld: UNKNOWN },
        }
    }
}

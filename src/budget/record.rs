//! What an [`Account`](super::account::Account) keeps of charges, and what it is filled with when a ledger is opened.

use super::accountant::ChargeId;
use super::catalogue::{NameId, TermsId};
use super::ledger::Draw;
use super::loss::PrivacyLoss;

/// A charge that was made: what its receipt is stored as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) sequence: u64,
    pub(super) time_ms: i64,
    pub(super) terms: TermsId,
}

/// A purpose's current draw, and the receipt with which it began to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) draw: Draw,
    pub(super) receipt: u64,
}

/// What a destination was served last for a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Served {
    /// The tick of its own schedule.
    pub(super) tick: i64,
    /// The terms of the last release; `None` where version 1 of the ledger did not write them.
    pub(super) terms: Option<TermsId>,
}

/// The time that a draw stands while a test asks for it: charged once, and counted at its last tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) purpose: NameId,
    pub(super) loss: PrivacyLoss,
    pub(super) last_ms: i64,
    pub(super) charge: ChargeId,
}

/// A stored loss, to be recorded again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recorded {
    pub(super) time_ms: i64,
    pub(super) kind: RecordedKind,
    pub(super) loss: PrivacyLoss,
}

/// What a stored loss is of, in the order in which those of one time are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RecordedKind {
    /// Of all that is not known: it counts in every window.
    Forfeit,
    /// Of a zone's draw: it counts in the windows over all purposes.
    Zone,
    /// Of a receipt.
    Receipt { receipt: u64, purpose: NameId },
    /// Of the stay that a receipt began.
    Stay { receipt: u64, purpose: NameId },
}

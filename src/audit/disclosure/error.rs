//! [`DisclosureError`]: why no report can be made.

use crate::budget::Accounting;
use crate::policy::Policy;

/// Why no report can be made. It names no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DisclosureError {
    /// The policy has no such destination.
    #[error("the policy has no destination \"{given}\": it has {known}")]
    UnknownDestination {
        /// What was asked for.
        given: String,
        /// What there is.
        known: String,
    },
    /// The ledger's currency is not the policy's.
    #[error(
        "receipt {sequence} counts in {found}, and the policy in {asked}: give the policy that the ledger was kept under"
    )]
    OtherAccounting {
        /// The receipt's number.
        sequence: u64,
        /// What it counts in.
        found: Accounting,
        /// What the policy counts in.
        asked: Accounting,
    },
    /// A further view of a draw, without the receipt of the draw.
    #[error(
        "receipt {sequence} is a view of a draw that no receipt before it paid for: give all receipts of the ledger"
    )]
    NoCharge {
        /// The receipt's number.
        sequence: u64,
    },
    /// A receipt's grid or cell is none that this version knows.
    #[error("receipt {sequence} names no cell of a grid that this version knows: update it")]
    NoCell {
        /// The receipt's number.
        sequence: u64,
    },
}

impl DisclosureError {
    pub(super) fn unknown(policy: &Policy, given: &str) -> Self {
        let known: Vec<&str> = policy.destinations().map(|(name, _)| name).collect();
        Self::UnknownDestination { given: given.to_owned(), known: known.join(", ") }
    }
}

//! [`HereaboutsError`]: everything that can keep this library from an answer.

use std::panic::Location;

use hereabouts::audit::{DisclosureError, RehearsalError};
use hereabouts::seal::{KeyError, OpenError, SealError};
use hereabouts::{Error, FixError, LedgerError, MechanismError, PolicyError, RandomnessError};

use crate::guard;

/// Why there is no answer. Nothing was released, and nothing is told of any place.
///
/// The variant is for programs; the message says what was wrong, where, and what would be right.
#[derive(Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
#[non_exhaustive]
pub enum HereaboutsError {
    /// A number is no position, or no measurement, or its time cannot be.
    #[error("{0}")]
    InvalidFix(String),
    /// The policy cannot be read, or says what cannot be honoured.
    #[error("{0}")]
    InvalidPolicy(String),
    /// The policy names no such purpose.
    #[error("{0}")]
    UnknownPurpose(String),
    /// The policy names no such destination.
    #[error("{0}")]
    UnknownDestination(String),
    /// The policy names no such ceiling.
    #[error("{0}")]
    UnknownCeiling(String),
    /// The policy asks for noise that the mechanism refuses.
    #[error("{0}")]
    Mechanism(String),
    /// The policy lets no place be protected.
    #[error("{0}")]
    NoZones(String),
    /// What was given cannot name a zone.
    #[error("{0}")]
    ZoneName(String),
    /// Another zone has the name.
    #[error("{0}")]
    ZoneNameTaken(String),
    /// No zone that is on has the name.
    #[error("{0}")]
    UnknownZone(String),
    /// Another writer held the ledger for too long: try again.
    #[error("{0}")]
    LedgerBusy(String),
    /// The disk is full.
    #[error("{0}")]
    LedgerFull(String),
    /// The ledger's file may not be read or written, or not here; or others may, who must not.
    #[error("{0}")]
    LedgerDenied(String),
    /// The ledger holds what no ledger writes.
    #[error("{0}")]
    LedgerDamaged(String),
    /// What is at the path is no ledger for this version and policy.
    #[error("{0}")]
    LedgerUnfit(String),
    /// The ledger's anchor could not be read or written.
    #[error("{0}")]
    LedgerAnchor(String),
    /// Any other failure of the ledger.
    #[error("{0}")]
    Ledger(String),
    /// The operating system gives no random numbers.
    #[error("{0}")]
    Randomness(String),
    /// A release could not be sealed.
    #[error("{0}")]
    Seal(String),
    /// A text is no key.
    #[error("{0}")]
    InvalidKey(String),
    /// A message was not opened.
    #[error("{0}")]
    NotOpened(String),
    /// No disclosure report can be made.
    #[error("{0}")]
    Disclosure(String),
    /// No rehearsal can be held.
    #[error("{0}")]
    Rehearsal(String),
    /// The app's clock could not be read when the minimizer was made.
    #[error("the clock cannot be read: give one that returns a time between the years 1970 and 9999")]
    Clock,
    /// The lists of a batch are not of one length.
    #[error(
        "the lists of a batch differ in length: give one value of each for every fix, NaN where nothing was measured"
    )]
    UnevenBatch,
    /// Repeatable noise hides nothing, and this library was built without it.
    #[error("this library repeats no noise: in tests use the one of the testing package, and nowhere else")]
    NoRepeatableNoise,
    /// An earlier call failed half-way.
    #[error("{0}")]
    Broken(String),
    /// A fault of this library. It says where in the source it was, if the build keeps that; its text is not told, since it could name a place.
    #[error("an internal error{0}: nothing was released: please report it")]
    Internal(String),
}

impl HereaboutsError {
    /// A fault that was found without a panic, where this is called.
    #[track_caller]
    pub(crate) fn internal() -> Self {
        Self::Internal(guard::place(Location::caller()))
    }
}

impl From<FixError> for HereaboutsError {
    fn from(error: FixError) -> Self {
        Self::InvalidFix(error.to_string())
    }
}

impl From<PolicyError> for HereaboutsError {
    fn from(error: PolicyError) -> Self {
        Self::InvalidPolicy(error.to_string())
    }
}

impl From<MechanismError> for HereaboutsError {
    fn from(error: MechanismError) -> Self {
        Self::Mechanism(error.to_string())
    }
}

impl From<RandomnessError> for HereaboutsError {
    fn from(error: RandomnessError) -> Self {
        Self::Randomness(error.to_string())
    }
}

impl From<SealError> for HereaboutsError {
    fn from(error: SealError) -> Self {
        Self::Seal(error.to_string())
    }
}

impl From<KeyError> for HereaboutsError {
    fn from(error: KeyError) -> Self {
        Self::InvalidKey(error.to_string())
    }
}

impl From<OpenError> for HereaboutsError {
    fn from(error: OpenError) -> Self {
        Self::NotOpened(error.to_string())
    }
}

impl From<DisclosureError> for HereaboutsError {
    fn from(error: DisclosureError) -> Self {
        let text = error.to_string();
        match error {
            DisclosureError::UnknownDestination { .. } => Self::UnknownDestination(text),
            _ => Self::Disclosure(text),
        }
    }
}

impl From<RehearsalError> for HereaboutsError {
    fn from(error: RehearsalError) -> Self {
        match error {
            RehearsalError::Minimizer(error) => error.into(),
            RehearsalError::Fix(error) => error.into(),
            error => Self::Rehearsal(error.to_string()),
        }
    }
}

impl From<LedgerError> for HereaboutsError {
    fn from(error: LedgerError) -> Self {
        let text = error.to_string();
        match error {
            LedgerError::Busy { .. } => Self::LedgerBusy(text),
            LedgerError::Full { .. } => Self::LedgerFull(text),
            LedgerError::Io { .. }
            | LedgerError::ReadOnly { .. }
            | LedgerError::Denied { .. }
            | LedgerError::Exposed { .. } => Self::LedgerDenied(text),
            LedgerError::Corrupt { .. } => Self::LedgerDamaged(text),
            LedgerError::NotAFile { .. }
            | LedgerError::NotADatabase { .. }
            | LedgerError::Foreign { .. }
            | LedgerError::NewerSchema { .. }
            | LedgerError::OtherAccounting { .. } => Self::LedgerUnfit(text),
            LedgerError::Anchor { .. } => Self::LedgerAnchor(text),
            _ => Self::Ledger(text),
        }
    }
}

impl From<Error> for HereaboutsError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::UnknownPurpose { .. } => Self::UnknownPurpose(text),
            Error::UnknownDestination { .. } => Self::UnknownDestination(text),
            Error::UnknownCeiling { .. } => Self::UnknownCeiling(text),
            Error::Ledger(error) => error.into(),
            Error::Mechanism(error) => error.into(),
            Error::NoZones => Self::NoZones(text),
            Error::ZoneName => Self::ZoneName(text),
            Error::ZoneNameTaken => Self::ZoneNameTaken(text),
            Error::UnknownZone => Self::UnknownZone(text),
            Error::Randomness(error) => error.into(),
            Error::Seal(error) => error.into(),
            // Of what a later core may say, this much is known: nothing was released.
            _ => Self::Broken(text),
        }
    }
}

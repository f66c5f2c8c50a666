//! [`Error`]: everything that can keep a minimizer from an answer. No variant holds a place.

use crate::budget::LedgerError;
use crate::mechanism::MechanismError;
use crate::randomness::RandomnessError;
#[cfg(feature = "seal")]
use crate::seal::SealError;

/// Why a minimizer could not answer. Nothing was released.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The policy names no such purpose.
    #[error("unknown purpose \"{given}\": the policy names {known}")]
    UnknownPurpose {
        /// What was asked for.
        given: String,
        /// What the policy names, separated by commas.
        known: String,
    },
    /// The policy names no such destination.
    #[error("unknown destination \"{given}\": the policy names {known}")]
    UnknownDestination {
        /// What was asked for.
        given: String,
        /// What the policy names, separated by commas.
        known: String,
    },
    /// The policy names no such ceiling.
    #[error("unknown ceiling \"{given}\": a user can choose {known}")]
    UnknownCeiling {
        /// What was asked for.
        given: String,
        /// What can be chosen, separated by commas.
        known: String,
    },
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The policy asks for noise that the mechanism refuses.
    #[error(transparent)]
    Mechanism(#[from] MechanismError),
    /// The policy lets no place be protected.
    #[error("the policy lets no place be protected: give it a table `zones` with `epsilon` and `radius`")]
    NoZones,
    /// What was given cannot name a zone.
    #[error("this cannot be a zone's name: give 1 to 64 characters that can be seen, without a blank at either end")]
    ZoneName,
    /// Another zone has the name.
    #[error("another zone has this name: give a new one, or rename that zone")]
    ZoneNameTaken,
    /// No zone that is on has the name.
    #[error("no zone has this name: give one that is listed")]
    UnknownZone,
    /// There is no randomness to draw noise from.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The release could not be sealed.
    #[cfg(feature = "seal")]
    #[error(transparent)]
    Seal(#[from] SealError),
    /// An earlier call panicked half-way: what it left behind is not trusted.
    #[error("an earlier call failed half-way: make a new minimizer on the same ledger")]
    Broken,
}

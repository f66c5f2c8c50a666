//! Why a rehearsal could not be held.

use crate::error::Error;
use crate::fix::FixError;

/// Why a rehearsal could not be held. No variant carries a place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearsalError {
    /// The journey has no fix.
    #[error("the journey holds no fix: give at least one")]
    NoFix,
    /// There is no run or day.
    #[error("no {what} is named: give at least one")]
    Nothing {
        /// What there is none of.
        what: &'static str,
    },
    /// A purpose tells places by their names: no attack reads those, and to find nothing would prove nothing.
    #[error(
        "the purpose `{purpose}` tells names of places, which no attack here reads: rehearse purposes that tell cells"
    )]
    Names {
        /// The purpose.
        purpose: String,
    },
    /// A fix is no place.
    #[error(transparent)]
    Fix(#[from] FixError),
    /// The policy does not name it, or the minimizer failed.
    #[error(transparent)]
    Minimizer(#[from] Error),
}

impl From<crate::mechanism::MechanismError> for RehearsalError {
    fn from(error: crate::mechanism::MechanismError) -> Self {
        Self::Minimizer(error.into())
    }
}

impl From<crate::randomness::RandomnessError> for RehearsalError {
    fn from(error: crate::randomness::RandomnessError) -> Self {
        Self::Minimizer(error.into())
    }
}

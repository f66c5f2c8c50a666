//! Mechanisms: the noise. One file for each, its privacy map beside its sampler; each is an OpenDP
//! [`Measurement`](opendp::core::Measurement) on the space of fixes with the geodesic distance.

mod hold;
mod planar_laplace;
mod space;
mod stays;

pub use hold::Hold;
pub use planar_laplace::PlanarLaplace;
pub use space::{FixDomain, GeodesicDistance};
pub(crate) use stays::{MOST_RECALLED, Stays};

/// Why a mechanism was refused.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MechanismError {
    /// ε is not a positive finite number.
    #[error("epsilon is {epsilon}: give a positive finite number, the privacy loss at the protected radius")]
    Epsilon {
        /// What was given.
        epsilon: f64,
    },
    /// The protected radius is not a positive finite number.
    #[error("the protected radius is {radius_m} m: give a positive finite number of metres")]
    Radius {
        /// What was given.
        radius_m: f64,
    },
    /// The distance of a hold is no distance, or smaller than the noise of its test.
    #[error("the distance is {within_m} m: give metres, more than the {least_m:.0} m that are the noise of the test")]
    Within {
        /// What was given.
        within_m: f64,
        /// What it must be more than.
        least_m: f64,
    },
    /// The noise is so small that it would drown in the lattice: the proof of the guarantee needs more.
    #[error(
        "the noise scale is {scale_m:.2} m, below the {least_m} m that the guarantee's proof needs: lower epsilon or protect a \
         larger radius"
    )]
    TooLittleNoise {
        /// The scale that was asked for, in metres.
        scale_m: f64,
        /// The least allowed.
        least_m: f64,
    },
    /// The noise is larger than the Earth.
    #[error(
        "the noise scale is {scale_m:.0} m, above the Earth's radius, {most_m} m: raise epsilon or protect a smaller radius"
    )]
    TooMuchNoise {
        /// The scale that was asked for, in metres.
        scale_m: f64,
        /// The most allowed.
        most_m: f64,
    },
}

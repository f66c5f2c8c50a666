//! Mechanisms: the noise. One file for each, its privacy map beside its sampler; each is an OpenDP
//! [`Measurement`](opendp::core::Measurement) on the space of fixes with the geodesic distance.

mod arc;
pub(crate) mod earth_centred;
mod gaussian;
mod hold;
mod noise;
mod planar_laplace;
mod space;
mod stays;

pub(crate) use arc::ArcLaw;
#[cfg(all(test, feature = "audit"))]
pub(crate) use arc::normal_probability;
pub use gaussian::Gaussian;
pub use hold::Hold;
pub use noise::Noise;
pub use planar_laplace::PlanarLaplace;
pub use space::{FixDomain, GeodesicDistance};
pub(crate) use stays::{MOST_RECALLED, Stays, uncertainty_m};

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
    /// ρ is not a positive finite number.
    #[error("rho is {rho}: give a positive finite number, the privacy loss at the protected radius")]
    Rho {
        /// What was given.
        rho: f64,
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
    /// The noise is so small that it would drown in the lattice: the proof of planar Laplace noise needs more, and with
    /// Gaussian noise no stated error would hold.
    #[error(
        "the noise scale is {scale_m:.2} m, below {least_m} m, where the lattice drowns it: lower the privacy loss or protect \
         a larger radius"
    )]
    TooLittleNoise {
        /// The scale that was asked for, in metres.
        scale_m: f64,
        /// The least allowed.
        least_m: f64,
    },
    /// The noise is larger than the Earth.
    #[error(
        "the noise scale is {scale_m:.0} m, above the Earth's radius, {most_m} m: raise the privacy loss or protect a \
         smaller radius"
    )]
    TooMuchNoise {
        /// The scale that was asked for, in metres.
        scale_m: f64,
        /// The most allowed.
        most_m: f64,
    },
}

//! [`Noise`]: any of the mechanisms, so that one may take another's place and nothing else has to move.

use super::arc::ArcLaw;
use super::{Gaussian, PlanarLaplace};
use crate::budget::{Accounting, PrivacyLoss};
use crate::fix::Fix;
use crate::lattice::LatticePoint;
use crate::randomness::{Randomness, RandomnessError};
use crate::sphere::EARTH_RADIUS_M;

/// One of the mechanisms, with its privacy loss at the protected radius.
///
/// # Example
///
/// ```
/// use hereabouts::{Gaussian, Noise, PlanarLaplace};
///
/// let noises = [Noise::from(PlanarLaplace::new(1.0, 200.0)?), Noise::from(Gaussian::new(0.5, 200.0)?)];
/// assert_eq!(noises.map(|noise| noise.mean_error_m().round()), [402.0, 251.0]);
/// # Ok::<(), hereabouts::MechanismError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Noise {
    /// Pure differential privacy: the loss is an ε.
    PlanarLaplace(PlanarLaplace),
    /// Zero-concentrated differential privacy: the loss is a ρ.
    Gaussian(Gaussian),
}

impl Noise {
    /// The scale in metres: b of planar Laplace noise, on the sphere; σ of Gaussian noise.
    #[must_use]
    pub fn scale_m(&self) -> f64 {
        match self {
            Self::PlanarLaplace(mechanism) => mechanism.scale_m(),
            Self::Gaussian(mechanism) => mechanism.scale_m(),
        }
    }

    /// The privacy loss of one draw at the protected radius, in the mechanism's own measure, rounded up.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        match self {
            Self::PlanarLaplace(mechanism) => mechanism.loss(),
            Self::Gaussian(mechanism) => mechanism.loss(),
        }
    }

    /// The privacy loss of one draw at the protected radius, as an accounting counts it; `None` if it cannot, since Gaussian
    /// noise loses no pure ε.
    #[must_use]
    pub fn loss_in(&self, accounting: Accounting) -> Option<PrivacyLoss> {
        match (self, accounting) {
            (Self::PlanarLaplace(mechanism), accounting) => Some(accounting.of_pure(mechanism.loss())),
            (Self::Gaussian(mechanism), Accounting::Zcdp) => Some(mechanism.loss()),
            (Self::Gaussian(_), Accounting::Pure) => None,
        }
    }

    /// The privacy loss of one draw between two places `distance_m` metres apart, in the mechanism's own measure, rounded
    /// up.
    #[must_use]
    pub fn loss_at_m(&self, distance_m: f64) -> f64 {
        match self {
            Self::PlanarLaplace(mechanism) => mechanism.loss_at_m(distance_m),
            Self::Gaussian(mechanism) => mechanism.loss_at_m(distance_m),
        }
    }

    /// The standard deviation of n draws' best estimate of a place, in each direction and times √n, in metres: √2·b for planar
    /// Laplace noise, whose best estimate is the geometric median; σ for Gaussian noise, whose best estimate is the mean.
    #[must_use]
    pub fn spread_m(&self) -> f64 {
        match self {
            Self::PlanarLaplace(mechanism) => core::f64::consts::SQRT_2 * mechanism.scale_m(),
            Self::Gaussian(mechanism) => mechanism.scale_m(),
        }
    }

    /// The mean distance between truth and output, in metres.
    #[must_use]
    pub fn mean_error_m(&self) -> f64 {
        EARTH_RADIUS_M * self.arc_law().mean_rad()
    }

    /// The distance in metres that the error stays within with probability `p`, for `p` in 0 to 1.
    #[must_use]
    pub fn error_quantile_m(&self, p: f64) -> f64 {
        EARTH_RADIUS_M * self.arc_law().quantile_rad(p)
    }

    /// The probability that the error is at most a distance in metres.
    #[must_use]
    pub fn probability_within_m(&self, distance_m: f64) -> f64 {
        self.arc_law().probability((distance_m / EARTH_RADIUS_M).clamp(0.0, core::f64::consts::PI))
    }

    pub(crate) fn arc_law(&self) -> ArcLaw {
        match self {
            Self::PlanarLaplace(mechanism) => mechanism.arc_law(),
            Self::Gaussian(mechanism) => mechanism.arc_law(),
        }
    }

    /// A fix, moved by noise and rounded to the lattice.
    pub(crate) fn perturb(&self, fix: &Fix, randomness: &mut Randomness) -> Result<LatticePoint, RandomnessError> {
        match self {
            Self::PlanarLaplace(mechanism) => Ok(mechanism.perturb(fix, randomness.for_a_draw()?)),
            Self::Gaussian(mechanism) => {
                #[cfg(any(feature = "seeded-noise", feature = "audit"))]
                if let Some(generator) = randomness.if_repeatable() {
                    return Ok(mechanism.perturb_repeatably(fix, generator));
                }
                // OpenDP would go on with an old seed where the system has no new one; this fails.
                randomness.for_a_draw()?;
                mechanism.perturb(fix)
            }
        }
    }
}

impl From<PlanarLaplace> for Noise {
    fn from(mechanism: PlanarLaplace) -> Self {
        Self::PlanarLaplace(mechanism)
    }
}

impl From<Gaussian> for Noise {
    fn from(mechanism: Gaussian) -> Self {
        Self::Gaussian(mechanism)
    }
}

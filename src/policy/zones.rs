//! [`ZoneRule`]: how the places that the user protects are noised.

use super::check::check_zones;
use super::error::Fault;
use super::{Policy, PolicyError};
use crate::{MechanismError, PlanarLaplace, PrivacyLoss};

/// How the places that the user protects are noised: each by one draw, for life.
///
/// # Example
///
/// ```
/// # use hereabouts::Policy;
/// # let policy = Policy::from_toml(include_str!("../../examples/policies/weather.toml"))?;
/// let policy = policy.with_zones(0.5, 300.0)?;
/// let rule = policy.zones().unwrap();
/// assert_eq!(rule.loss().to_string(), "0.5000012");
/// assert_eq!(rule.disc_radius_m().round(), 4_014.0); // 300 m, and 9.2334 times the noise's scale of 402 m
/// # Ok::<(), hereabouts::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZoneRule {
    epsilon: f64,
    radius_m: f64,
    noise: PlanarLaplace,
}

impl ZoneRule {
    /// The probability with which a disc holds all that lies within [`radius_m`](Self::radius_m) of its place.
    pub const COVERAGE: f64 = 0.999;

    pub(super) fn new(epsilon: f64, radius_m: f64, protected_radius_m: f64) -> Result<Self, MechanismError> {
        Ok(Self { epsilon, radius_m, noise: PlanarLaplace::new(epsilon, protected_radius_m)? })
    }

    /// The privacy loss that the policy gives to the draw, at the protected radius.
    #[must_use]
    pub fn epsilon(&self) -> f64 {
        self.epsilon
    }

    /// What around a place is to be protected with it, in metres.
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        self.radius_m
    }

    /// The noise of the one draw.
    #[must_use]
    pub fn noise(&self) -> PlanarLaplace {
        self.noise
    }

    /// The privacy loss of the draw as it is charged: a pure ε.
    #[must_use]
    pub fn loss(&self) -> PrivacyLoss {
        self.noise.loss()
    }

    /// The radius of a zone's disc in metres: [`radius_m`](Self::radius_m), and what the noise stays within with
    /// probability [`COVERAGE`](Self::COVERAGE), which is 9.2334 times its scale (the 99.9 % quantile of the planar Laplace
    /// radius: Andrés et al., CCS 2013, § 3.2).
    #[must_use]
    pub fn disc_radius_m(&self) -> f64 {
        self.radius_m + self.noise.error_quantile_m(Self::COVERAGE)
    }
}

impl Policy {
    /// The same policy, under which the user can protect places: `epsilon` is the loss of the one draw that each costs for
    /// life, at the protected radius, and `radius_m` what around a place is protected with it, in metres.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] if the noise is outside what is proved, if the budget cannot afford one draw, or if the radius is no
    /// distance.
    pub fn with_zones(mut self, epsilon: f64, radius_m: f64) -> Result<Self, PolicyError> {
        self.set_zones(epsilon, radius_m).map_err(|fault| fault.at(None))?;
        Ok(self)
    }

    pub(super) fn set_zones(&mut self, epsilon: f64, radius_m: f64) -> Result<(), Fault> {
        let rule = check_zones(epsilon, radius_m, self.radius_m, &self.budget).map_err(|fault| fault.under("zones"))?;
        self.zones = Some(rule);
        Ok(())
    }

    /// How the places that the user protects are noised, if the policy lets places be protected.
    #[must_use]
    pub fn zones(&self) -> Option<&ZoneRule> {
        self.zones.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disc_is_the_stated_quantile_of_the_noise_wider_than_what_is_protected() {
        for (epsilon, radius_m) in [(1.0, 300.0), (0.5, 100.0), (2.0, 1_000.0)] {
            let rule = ZoneRule::new(epsilon, radius_m, 200.0).unwrap();
            let scale_m = 1.005_615 * 200.0 / epsilon;
            let expected_m = radius_m + 9.233_413_476_5 * scale_m;
            assert!((rule.disc_radius_m() / expected_m - 1.0).abs() < 1e-6, "{} m", rule.disc_radius_m());
        }
    }
}

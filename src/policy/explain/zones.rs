//! What is said of the places that the user protects.

use core::fmt;

use serde::Serialize;

use crate::policy::ZoneRule;
use crate::policy::words::length;

/// What a place that the user protects costs, and how well its zone hides it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExplainedZones {
    /// The privacy loss that the policy gives to the one draw.
    pub epsilon: f64,
    /// The loss as it is charged, as an exact decimal: a pure ε.
    pub loss: String,
    /// What around a place is protected with it, in metres.
    pub radius_m: f64,
    /// The radius of a zone's disc in metres.
    pub disc_radius_m: f64,
    /// The mean distance from a place to the centre of its disc, in metres.
    pub mean_error_m: f64,
}

impl ExplainedZones {
    pub(super) fn new(rule: &ZoneRule) -> Self {
        Self {
            epsilon: rule.epsilon(),
            loss: rule.loss().to_string(),
            radius_m: rule.radius_m(),
            disc_radius_m: rule.disc_radius_m(),
            mean_error_m: rule.noise().mean_error_m(),
        }
    }
}

impl fmt::Display for ExplainedZones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "A place that the user protects is drawn once, for life, with epsilon {}; its zone is a disc of {} around that point, {} \
             from the place on average. It misses something within {} of the place with probability 1 in 1,000. Inside, the point \
             stands in for the truth, at no cost. When one goes in and out is not protected.",
            self.epsilon,
            length(self.disc_radius_m),
            length(self.mean_error_m),
            length(self.radius_m),
        )
    }
}

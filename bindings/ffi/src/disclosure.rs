//! [`Disclosure`]: all that a destination was ever sent, and what it tells.

use hereabouts::audit::Inference;
use hereabouts::{Minimizer, Timestamp};

use crate::HereaboutsError;

/// All that a destination was ever sent, who could be compelled to hand it over, the privacy loss that bounds what it tells,
/// and how near to home and work an attacker comes who holds all of it.
///
/// `json` has everything, and names places: it is for whoever carries the device, and not for sending.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Disclosure {
    /// The destination's name in the policy.
    pub destination: String,
    /// The country whose law reaches the operator, ISO 3166-1.
    pub jurisdiction: String,
    /// Who runs it.
    pub operator: String,
    /// Who can open what is stored there.
    pub key_holder: String,
    /// Whether it got nothing but sealed messages, under this policy.
    pub is_sealed: bool,
    /// How long the operator says that it keeps what it gets, in seconds.
    pub retention_s: Option<u64>,
    /// When the report was made, in milliseconds since 1970.
    pub at_ms: i64,
    /// How many releases it was sent.
    pub releases: u64,
    /// How many of them lie at a place that this device has forgotten. The destination has not.
    pub forgotten: u64,
    /// How many of them are the stand-in of a place that the user protects.
    pub stand_ins: u64,
    /// How many releases went to other destinations.
    pub elsewhere: u64,
    /// The loss that bounds what all of it tells, over all time: ε, or ρ where the policy counts that.
    pub loss_bound: f64,
    /// The same as an ε.
    pub loss_bound_epsilon: f64,
    /// The radius in metres around the likeliest place within which home lies 19 times in 20, by all that was sent; none if it
    /// tells no home.
    pub home_within_m: Option<f64>,
    /// The same of the place where one works.
    pub work_within_m: Option<f64>,
    /// The whole report as JSON: every release, the figures, and the areas where home and work could be.
    pub json: String,
}

impl Disclosure {
    pub(crate) fn of(minimizer: &Minimizer, destination: &str, at: Timestamp) -> Result<Self, HereaboutsError> {
        let (receipts, zones) = (minimizer.receipts()?, minimizer.zones()?);
        let report = hereabouts::audit::Disclosure::of(&receipts, &zones, minimizer.policy(), destination, at)?;
        let within_m = |inference: &Inference| inference.likely.as_ref().map(|area| area.most_radius_m);
        Ok(Self {
            json: serde_json::to_string(&report).unwrap_or_default(),
            is_sealed: report.sealed,
            retention_s: report.retention_s,
            at_ms: report.at.as_millisecond(),
            releases: report.releases.len() as u64,
            forgotten: report.forgotten as u64,
            stand_ins: report.stand_ins as u64,
            elsewhere: report.elsewhere as u64,
            loss_bound: report.loss.bound,
            loss_bound_epsilon: report.loss.bound_epsilon,
            home_within_m: within_m(&report.home),
            work_within_m: within_m(&report.work),
            destination: report.destination,
            jurisdiction: report.jurisdiction,
            operator: report.operator,
            key_holder: report.key_holder,
        })
    }
}

//! [`RehearsalOptions`]: what is rehearsed, how long, how often.

use super::{RehearsalError, unknown_purpose};
use crate::error::Error;
use crate::policy::Policy;

/// What is rehearsed, how long, and how often.
///
/// # Example
///
/// ```
/// use hereabouts::audit::RehearsalOptions;
///
/// let a_week = RehearsalOptions { days: 7, ..RehearsalOptions::default() };
/// assert_eq!((a_week.runs, a_week.purposes.len()), (20, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RehearsalOptions {
    /// The purposes that the app asks for; none named: all that the policy has.
    pub purposes: Vec<String>,
    /// The destinations of which the adversary holds everything; none named: all that the policy has.
    pub destinations: Vec<String>,
    /// The journey is lived again and again until it covers at least so many days.
    pub days: u32,
    /// How many times the whole is replayed, each with fresh noise.
    pub runs: u32,
    /// The same seed repeats a rehearsal to the last digit.
    pub seed: u64,
}

/// Everything that the policy names, for 30 days, 20 times.
impl Default for RehearsalOptions {
    fn default() -> Self {
        Self { purposes: Vec::new(), destinations: Vec::new(), days: 30, runs: 20, seed: 1 }
    }
}

impl RehearsalOptions {
    /// The purposes and the destinations, none of them unknown.
    pub(super) fn names(&self, policy: &Policy) -> Result<(Vec<String>, Vec<String>), RehearsalError> {
        if self.runs == 0 {
            return Err(RehearsalError::Nothing { what: "run" });
        }
        if self.days == 0 {
            return Err(RehearsalError::Nothing { what: "day" });
        }
        if let Some(unknown) = self.purposes.iter().find(|name| policy.purpose(name).is_none()) {
            return Err(unknown_purpose(policy, unknown).into());
        }
        if let Some(unknown) = self.destinations.iter().find(|name| policy.destination(name).is_none()) {
            let known: Vec<&str> = policy.destinations().map(|(name, _)| name).collect();
            return Err(Error::UnknownDestination { given: unknown.clone(), known: known.join(", ") }.into());
        }
        let purposes: Vec<String> = if self.purposes.is_empty() {
            policy.purposes().map(|(name, _)| name.to_owned()).collect()
        } else {
            self.purposes.clone()
        };
        let tells_names = |name: &&String| policy.purpose(name).is_some_and(|rule| rule.partition().grid().is_none());
        if let Some(purpose) = purposes.iter().find(tells_names) {
            return Err(RehearsalError::Names { purpose: purpose.clone() });
        }
        let destinations = if self.destinations.is_empty() {
            policy.destinations().map(|(name, _)| name.to_owned()).collect()
        } else {
            self.destinations.clone()
        };
        Ok((purposes, destinations))
    }
}

//! [`Moment`]: when the app asks, whatever comes of it.

use jiff::Timestamp;

use super::RehearsalError;
use crate::audit::attack::Observation;
use crate::audit::{Journey, Place};
use crate::fix::Fix;
use crate::policy::Policy;

/// On this tick the app asks for a purpose.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) time: Timestamp,
    /// Its place among the purposes of the rehearsal.
    pub(crate) purpose: usize,
    pub(crate) fix: Fix,
    pub(crate) truth: Place,
    /// What a destination would have, had the fix been sent on the tick.
    pub(crate) raw: Observation,
    /// What it would have of its time, had the fix been sent with its own.
    pub(crate) stamp: Observation,
}

/// Each purpose is asked for once on each tick from the first fix to the last, at its start, so that no fix has a say in
/// when. A tick begins at a multiple of the interval since 1970.
pub(crate) fn moments(policy: &Policy, journey: &Journey, purposes: &[String]) -> Result<Vec<Moment>, RehearsalError> {
    let (begin, end) = (journey.begin(), journey.end());
    let mut ticks = Vec::new();
    for (purpose, name) in purposes.iter().enumerate() {
        let Some(rule) = policy.purpose(name) else { continue };
        let interval_ms = i64::try_from(rule.interval().as_millis()).unwrap_or(i64::MAX).max(1);
        let first = (begin.as_millisecond().div_euclid(interval_ms) + 1).saturating_mul(interval_ms);
        let later = (0_i64..)
            .map_while(|index| Timestamp::from_millisecond(first.checked_add(index.checked_mul(interval_ms)?)?).ok())
            .take_while(|time| *time <= end);
        ticks.extend(core::iter::once(begin).chain(later).map(|time| (time, purpose)));
    }
    ticks.sort();
    let moment = |(time, purpose)| {
        let (fix, measured) = journey.at(time)?;
        let truth = Place::new(fix.latitude_deg(), fix.longitude_deg())?;
        Ok(Moment {
            time,
            purpose,
            fix,
            truth,
            raw: Observation::of_place(&truth, time),
            stamp: Observation::of_place(&truth, measured),
        })
    };
    ticks.into_iter().map(moment).collect()
}

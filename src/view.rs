//! What a destination gets of a purpose's draws: under the coarsest of what purpose, destination and user say.

use std::time::Duration;

use crate::accuracy::Accuracy;
use crate::budget::Rule;
use crate::grid::Grid;
use crate::mechanism::Noise;
use crate::policy::{Ceiling, Keep, Policy};

/// What a destination gets of a purpose's draws, under one ceiling.
pub(crate) struct View {
    pub(crate) grid: Grid,
    pub(crate) grid_name: Box<str>,
    /// Whose grid that is.
    pub(crate) rule: Rule,
    pub(crate) accuracy: Accuracy,
    pub(crate) interval_ms: i64,
    pub(crate) keep: Keep,
}

/// The views of one purpose for one destination, by the ceilings that its user can choose.
pub(crate) struct Views {
    /// Without a ceiling.
    precise: View,
    /// Under each of the policy's, by name.
    under: Vec<(Box<str>, View)>,
    /// The ceiling until its user chooses one.
    default: Box<str>,
}

impl Views {
    /// `None` if the policy does not name purpose and destination.
    pub(crate) fn new(policy: &Policy, purpose: &str, destination: &str, noise: Noise) -> Option<Self> {
        let default = policy.purpose(purpose)?.ceiling().into();
        let precise = View::new(policy, purpose, destination, noise, None)?;
        let under = policy.ceilings().map(|(name, ceiling)| {
            Some((name.into(), View::new(policy, purpose, destination, noise, Some((name, ceiling)))?))
        });
        Some(Self { precise, under: under.collect::<Option<_>>()?, default })
    }

    /// The view under what the user chose; `None` if nothing may go. A name that the policy does not know, or knows no more,
    /// lets nothing through.
    pub(crate) fn under(&self, chosen: Option<&str>) -> Option<&View> {
        let name = chosen.unwrap_or(&self.default);
        if name == Ceiling::PRECISE {
            return Some(&self.precise);
        }
        self.under.iter().find(|(known, _)| **known == *name).map(|(_, view)| view)
    }
}

impl View {
    fn new(
        policy: &Policy,
        purpose_name: &str,
        destination_name: &str,
        noise: Noise,
        under: Option<(&str, &Ceiling)>,
    ) -> Option<Self> {
        let (purpose, destination) = (policy.purpose(purpose_name)?, policy.destination(destination_name)?);
        let demanded = policy.grid_for(purpose_name, destination_name)?;
        let grid = match under {
            Some((name, _)) => policy.grid_under(purpose_name, destination_name, name)?,
            None => demanded,
        };
        let rule = match () {
            () if grid != demanded => Rule::Ceiling,
            () if demanded != purpose.grid() => Rule::Destination,
            () => Rule::Purpose,
        };
        let ceiling = under.map(|(_, ceiling)| ceiling);
        let intervals = [Some(purpose.interval()), destination.interval(), ceiling.and_then(Ceiling::interval)];
        let interval = intervals.into_iter().flatten().max().unwrap_or(Duration::MAX);
        let keeps = [destination.keep(), ceiling.and_then(Ceiling::keep)];
        Some(Self {
            grid,
            grid_name: grid.to_string().into(),
            rule,
            accuracy: Accuracy::new(noise, grid),
            interval_ms: whole_milliseconds(interval),
            keep: keeps.into_iter().flatten().fold(purpose.keep(), Keep::and),
        })
    }

    /// The start of the tick of the destination's own schedule.
    pub(crate) fn tick(&self, time_ms: i64) -> i64 {
        start_of(time_ms, self.interval_ms)
    }

    /// The start of the tick after one on which it was served.
    pub(crate) fn next(&self, served: i64) -> i64 {
        self.tick(served).saturating_add(self.interval_ms)
    }
}

/// The last multiple of a span since 1970 that is not after a time.
pub(crate) fn start_of(time_ms: i64, span_ms: i64) -> i64 {
    time_ms.div_euclid(span_ms).saturating_mul(span_ms)
}

pub(crate) fn whole_milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX).max(1)
}

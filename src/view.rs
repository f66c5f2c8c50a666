//! What a destination gets of a purpose's draws: under the coarsest of what purpose, destination and user say.

use std::time::Duration;

use crate::budget::Rule;
use crate::lattice::LatticePoint;
use crate::mechanism::{Noise, Stays};
use crate::policy::{Ceiling, Keep, Policy};
use crate::telling::{Telling, Told};

/// What a destination gets of a purpose's draws, under one ceiling.
pub(crate) struct View {
    telling: Telling,
    /// Whose rule decides how coarse that is.
    rule: Rule,
    pub(crate) interval_ms: i64,
    keep: Keep,
}

/// What a destination gets of a draw.
pub(crate) struct Seen {
    pub(crate) told: Told,
    /// Whose rule decided how coarse it is.
    pub(crate) rule: Rule,
    /// The fields that go along.
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
    pub(crate) fn new(
        policy: &Policy,
        purpose: &str,
        destination: &str,
        noise: Noise,
        stays: Option<&Stays>,
    ) -> Option<Self> {
        let default = policy.purpose(purpose)?.ceiling().into();
        let precise = View::new(policy, purpose, destination, noise, stays, None)?;
        let under = policy.ceilings().map(|(name, ceiling)| {
            Some((name.into(), View::new(policy, purpose, destination, noise, stays, Some((name, ceiling)))?))
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
        stays: Option<&Stays>,
        under: Option<(&str, &Ceiling)>,
    ) -> Option<Self> {
        let (purpose, destination) = (policy.purpose(purpose_name)?, policy.destination(destination_name)?);
        let demanded = policy.partition_for(purpose_name, destination_name)?;
        let lowered = match under {
            Some((name, _)) => Some(policy.partition_under(purpose_name, destination_name, name)?),
            None => None,
        };
        let told_as = lowered.as_ref().unwrap_or(demanded);
        let rule = match () {
            () if told_as != demanded => Rule::Ceiling,
            () if demanded != purpose.partition() => Rule::Destination,
            () => Rule::Purpose,
        };
        let ceiling = under.map(|(_, ceiling)| ceiling);
        let (interval, keep) = (destination.interval_for(purpose), destination.keep_for(purpose));
        Some(Self {
            telling: Telling::new(told_as, noise, stays, policy.sensitive()),
            rule,
            interval_ms: whole_milliseconds(
                ceiling.and_then(Ceiling::interval).map_or(interval, |least| least.max(interval)),
            ),
            keep: ceiling.and_then(Ceiling::keep).map_or(keep, |kept| kept.and(keep)),
        })
    }

    /// What the destination gets of a draw. Near a sensitive place that is no field of the fix: they carry no noise.
    pub(crate) fn seen(&self, point: LatticePoint) -> Seen {
        let (told, is_near_sensitive) = self.telling.told(point);
        if is_near_sensitive {
            return Seen { told, rule: Rule::Sensitive, keep: Keep::default() };
        }
        Seen { told, rule: self.rule, keep: self.keep }
    }

    /// The name of the grid that a draw is told in.
    pub(crate) fn grid_name(&self, point: LatticePoint) -> &str {
        self.telling.grid_name(point)
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

//! What a destination gets of a purpose's draws: under the coarsest of what purpose, destination and user say.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::accuracy::Accuracy;
use crate::budget::Rule;
use crate::grid::{Cell, Grid};
use crate::lattice::LatticePoint;
use crate::mechanism::Noise;
use crate::policy::{Ceiling, Keep, Policy};
use crate::sphere::Position;

/// What a destination gets of a purpose's draws, under one ceiling.
pub(crate) struct View {
    pub(crate) grid: Grid,
    pub(crate) grid_name: Box<str>,
    /// Whose grid that is.
    pub(crate) rule: Rule,
    accuracy: Accuracy,
    recent: Mutex<Recent>,
    pub(crate) interval_ms: i64,
    pub(crate) keep: Keep,
}

/// How many cells are remembered.
const RECENT: usize = 16;

/// What is told of the last few cells, and whose turn it is to be forgotten. Draws of one place fall into a few cells again
/// and again, and to work this out takes longer than the draw. (That a cell was told lately is no secret of the place: it is
/// what was told.)
#[derive(Default)]
struct Recent {
    told: Vec<Told>,
    next: usize,
}

/// What is told of a cell.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) cell: Cell,
    /// The centre, as it is printed.
    pub(crate) centre: Position,
    pub(crate) accuracy_m: f64,
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
        let (interval, keep) = (destination.interval_for(purpose), destination.keep_for(purpose));
        Some(Self {
            grid,
            grid_name: grid.to_string().into(),
            rule,
            accuracy: Accuracy::new(noise, grid),
            recent: Mutex::default(),
            interval_ms: whole_milliseconds(
                ceiling.and_then(Ceiling::interval).map_or(interval, |least| least.max(interval)),
            ),
            keep: ceiling.and_then(Ceiling::keep).map_or(keep, |kept| kept.and(keep)),
        })
    }

    /// What is told of a draw.
    pub(crate) fn told(&self, point: LatticePoint) -> Told {
        let cell = self.grid.cell(point);
        // Whoever panicked with the lock left no half of an entry.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = recent.told.iter().find(|told| told.cell == cell) {
            return *told;
        }
        let centre = cell.centre();
        let printed = cell.print(&centre);
        let radius_m = self.accuracy.radius_around_m(&cell, &centre, &printed);
        let told = Told { cell, centre: printed, accuracy_m: (radius_m * 10.0).round() / 10.0 };
        let next = recent.next;
        match recent.told.get_mut(next) {
            Some(oldest) => *oldest = told,
            None => recent.told.push(told),
        }
        recent.next = (next + 1) % RECENT;
        told
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_a_cell_is_what_would_be_worked_out_anew() {
        let policy = Policy::from_toml(include_str!("../examples/policies/weather.toml")).unwrap();
        let noise = policy.purpose("weather").unwrap().mechanism().noise(policy.radius_m()).unwrap();
        let view = || View::new(&policy, "weather", "eu", noise, None).unwrap();
        let remembering = view();
        // More cells than are remembered, each again and again.
        for number in 0..1_000 {
            let place = Position::new(52.0 + f64::from(number * 7 % 40) * 0.03, 5.0 + f64::from(number % 3) * 0.001);
            let point = LatticePoint::nearest(&place);
            let (told, anew) = (remembering.told(point), view().told(point));
            assert_eq!((told.cell, told.centre, told.accuracy_m), (anew.cell, anew.centre, anew.accuracy_m));
        }
        assert_eq!(remembering.recent.lock().unwrap().told.len(), RECENT);
    }
}
